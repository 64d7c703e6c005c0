# 1 "labels.gc"

# 1 "labels.gc"
/* break and continue with a label. */
typedef struct gocc__chan_int *gocc__chan_int_t;
# 2 "labels.gc"
void use(int);

__attribute__((__section__("gocc_text"))) void labels(gocc__chan_int_t c, int n)
{
{ for (int n1 = n, i = 0; i < n1; i++) { {
        for (;;) {
# 9 "labels.gc"
            {
                int v1;
                gocc__chan_recv(c, &v1); { int v = v1; if (v == 0)
# 12 "labels.gc"
                    goto outer_break;
                if (v == 1)
                    goto outer_continue; } }
# 16 "labels.gc"
            use(i);
        }
    } outer_continue:; } outer_break:; }
again:
    { while (n-- > 0)
        for (;;) {
            if (n == 7)
                goto again;
            goto again_break;
        } again_break:; }
}
