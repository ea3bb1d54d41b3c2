/* Times C_WrapKey (CKM_AES_KEY_WRAP of a 32-byte key under a 32-byte key) and C_Encrypt (CKM_AES_ECB of 32 bytes) through a
 * PKCS #11 module, with session keys on one thread, and prints JSON: microseconds of this thread's processor time for one,
 * and operations a second by the clock. usage: pkcs11 MODULE PIN SECONDS */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static CK_FUNCTION_LIST_PTR module;
static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE kek, key;
static CK_MECHANISM key_wrap = {CKM_AES_KEY_WRAP, NULL, 0}, ecb = {CKM_AES_ECB, NULL, 0};

static void check(const char *what, CK_RV result) {
    if (result == CKR_OK) return;
    fprintf(stderr, "%s: 0x%lx\n", what, (unsigned long)result);
    exit(1);
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static CK_RV wrap(void) {
    CK_BYTE out[128];
    CK_ULONG length = sizeof out;
    return module->C_WrapKey(session, &key_wrap, kek, key, out, &length);
}

static CK_RV encrypt(void) {
    CK_BYTE in[32] = {1}, out[128];
    CK_ULONG length = sizeof out;
    CK_RV result = module->C_EncryptInit(session, &ecb, kek);
    return result == CKR_OK ? module->C_Encrypt(session, in, sizeof in, out, &length) : result;
}

/* What the module refuses, as p11-kit's protocol does key wrapping, is null. */
static void measure(const char *name, CK_RV (*work)(void), double seconds, const char *end) {
    if (work() != CKR_OK) {
        printf("\"%s\":null%s", name, end);
        return;
    }
    double begun = now(CLOCK_MONOTONIC), used = now(CLOCK_THREAD_CPUTIME_ID), passed;
    long count = 0;
    do {
        for (int i = 0; i < 16; i++) check(name, work());
        count += 16;
        passed = now(CLOCK_MONOTONIC) - begun;
    } while (passed < seconds);
    used = now(CLOCK_THREAD_CPUTIME_ID) - used;
    printf("\"%s\":{\"cpu\":%.4f,\"rate\":%.0f}%s", name, used / (double)count * 1e6, (double)count / passed, end);
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: pkcs11 MODULE PIN SECONDS\n");
        return 2;
    }
    void *library = dlopen(arguments[1], RTLD_NOW);
    CK_RV (*list)(CK_FUNCTION_LIST_PTR_PTR) = NULL;
    if (library != NULL) *(void **)(&list) = dlsym(library, "C_GetFunctionList");
    if (list == NULL) {
        fprintf(stderr, "%s: %s\n", arguments[1], dlerror());
        return 1;
    }
    check("C_GetFunctionList", list(&module));
    check("C_Initialize", module->C_Initialize(NULL));
    CK_SLOT_ID slots[8];
    CK_ULONG found = 8;
    check("C_GetSlotList", module->C_GetSlotList(CK_TRUE, slots, &found));
    check("C_OpenSession", module->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session));
    check("C_Login", module->C_Login(session, CKU_USER, (CK_UTF8CHAR *)arguments[2], strlen(arguments[2])));
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG length = 32;
    CK_MECHANISM generate = {CKM_AES_KEY_GEN, NULL, 0};
    CK_ATTRIBUTE attributes[] = {
        {CKA_TOKEN, &no, sizeof no},          {CKA_WRAP, &yes, sizeof yes},    {CKA_ENCRYPT, &yes, sizeof yes},
        {CKA_EXTRACTABLE, &yes, sizeof yes},  {CKA_SENSITIVE, &yes, sizeof yes}, {CKA_VALUE_LEN, &length, sizeof length},
    };
    check("C_GenerateKey", module->C_GenerateKey(session, &generate, attributes, 6, &kek));
    check("C_GenerateKey", module->C_GenerateKey(session, &generate, attributes, 6, &key));
    double seconds = atof(arguments[3]);
    printf("{");
    measure("wrap", wrap, seconds, ",");
    measure("encrypt", encrypt, seconds, "}\n");
    module->C_Finalize(NULL);
    return 0;
}
