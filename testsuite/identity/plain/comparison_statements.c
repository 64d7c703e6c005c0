/* SPDX-License-Identifier: MIT */
/* `<` and `-` side by side compare, also where a send could stand. */
int printf(const char *, ...);

#define NEGATIVE -1
#define BELOW(a, b) ({ a<b; })

static int calls;

static int called(void)
{
    return ++calls;
}

int main(void)
{
    int a = -3, b[2] = {1, 2}, *p = b;

    a<-1;
    b[0]<-called();
    *p<-a;
    (a)<-b[1];
    if (a)
        a<-called();
    for (a<-1; a<-2; a++)
        a<NEGATIVE;
    printf("%d %d %d %d\n", a, a<-1, BELOW(a, NEGATIVE), calls);
    return 0;
}
