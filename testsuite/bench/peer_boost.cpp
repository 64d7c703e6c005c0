// Boost.Fiber: the same rows where it has the means. One thread: its channels do not scale beyond.
#include "bench.h"
#include <boost/fiber/all.hpp>
#include <vector>

namespace fib = boost::fibers;

static double spawn_batches()
{
    enum { N = 1000, ROUNDS = 100 };
    double t = bench_now();
    for (int r = 0; r < ROUNDS; r++) {
        std::vector<fib::fiber> all;
        for (int i = 0; i < N; i++) all.emplace_back(fib::launch::post, [] {});
        for (auto &f : all) f.join();
    }
    return (bench_now() - t) / ((double)N * ROUNDS);
}

static double yield()
{
    enum { N = 1000000 };
    auto loop = [] { for (int i = 0; i < N; i++) boost::this_fiber::yield(); };
    double t = bench_now();
    fib::fiber a(loop), b(loop);
    a.join();
    b.join();
    return (bench_now() - t) / (2.0 * N);
}

static double pingpong()
{
    enum { N = 500000 };
    fib::unbuffered_channel<int> there, back;
    fib::fiber f([&] { for (int v : there) back.push(v); });
    double t = bench_now();
    for (int i = 0; i < N; i++) {
        there.push(i);
        back.value_pop();
    }
    t = (bench_now() - t) / N;
    there.close();
    f.join();
    return t;
}

static double unbuffered()
{
    enum { N = 1000000 };
    fib::unbuffered_channel<int> c;
    double t = bench_now();
    fib::fiber f([&] { for (int i = 0; i < N; i++) c.push(i); c.close(); });
    long sum = 0;
    for (int v : c) sum += v;
    f.join();
    return sum ? (bench_now() - t) / N : 0;
}

static double buffered(int cap)
{
    enum { N = 3000000 };
    fib::buffered_channel<int> c(cap);
    double t = bench_now();
    fib::fiber f([&] { for (int i = 0; i < N; i++) c.push(i); c.close(); });
    long sum = 0;
    for (int v : c) sum += v;
    f.join();
    return sum ? (bench_now() - t) / N : 0;
}

static double buffered_16() { return buffered(16); }
static double buffered_128() { return buffered(128); }

static double many_to_many()
{
    enum { EACH = 500000 };
    fib::buffered_channel<int> c(128);
    std::vector<fib::fiber> all;
    double t = bench_now();
    for (int i = 0; i < 4; i++) all.emplace_back([&] { for (int k = 0; k < EACH; k++) c.push(k); });
    for (int i = 0; i < 4; i++) all.emplace_back([&] { for (int k = 0; k < EACH; k++) c.value_pop(); });
    for (auto &f : all) f.join();
    return (bench_now() - t) / (4.0 * EACH);
}

static double mutex_free()
{
    enum { N = 5000000 };
    fib::mutex m;
    double t = bench_now();
    for (int i = 0; i < N; i++) {
        m.lock();
        m.unlock();
    }
    return (bench_now() - t) / N;
}

static double contended(int workers)
{
    enum { TOTAL = 2000000 };
    fib::mutex m;
    long counter = 0;
    std::vector<fib::fiber> all;
    double t = bench_now();
    for (int i = 0; i < workers; i++)
        all.emplace_back([&] {
            for (int n = TOTAL / workers; n > 0; n--) {
                m.lock();
                counter++;
                m.unlock();
            }
        });
    for (auto &f : all) f.join();
    return counter ? (bench_now() - t) / TOTAL : 0;
}

static double mutex_2() { return contended(2); }
static double mutex_10() { return contended(10); }
static double mutex_100() { return contended(100); }

int main(int argc, char **argv)
{
    static const bench_row rows[] = {
        {"spawn_batches", spawn_batches, "ns"}, {"yield", yield, "ns"},
        {"pingpong", pingpong, "ns"},           {"unbuffered", unbuffered, "ns"},
        {"buffered_16", buffered_16, "ns"},     {"buffered_128", buffered_128, "ns"},
        {"many_to_many", many_to_many, "ns"},   {"mutex_free", mutex_free, "ns"},
        {"mutex_2", mutex_2, "ns"},             {"mutex_10", mutex_10, "ns"},
        {"mutex_100", mutex_100, "ns"},
        {nullptr, nullptr, nullptr}};
    return bench_main(rows, argc, argv);
}
