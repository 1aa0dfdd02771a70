/*
 * ptrace(2) for a user-mode Linux whose registers are fewer than the processor's. PTRACE_SETREGSET of NT_X86_XSTATE takes
 * the whole XSAVE area or nothing (EFAULT); linux.uml 6.1 has room for AVX-512, not for the tiles of AMX that come last.
 * Nobody in the VM may use those, which takes arch_prctl(ARCH_REQ_XCOMP_PERM): their part of the area is always zero.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

typedef long (*ptrace_call)(enum __ptrace_request, int, void *, void *);

static ptrace_call kernel_ptrace;
static char whole[1 << 16];
static size_t whole_bytes;

static long set_all(int pid, void *kind, const struct iovec *given) {
    if (whole_bytes == 0) {
        struct iovec asked = {whole, sizeof whole};
        if (kernel_ptrace(PTRACE_GETREGSET, pid, kind, &asked) < 0) {
            return -1;
        }
        memset(whole, 0, sizeof whole);
        whole_bytes = asked.iov_len;
    }
    size_t part = given->iov_len < whole_bytes ? given->iov_len : whole_bytes;
    memcpy(whole, given->iov_base, part);
    struct iovec all = {whole, whole_bytes};
    return kernel_ptrace(PTRACE_SETREGSET, pid, kind, &all);
}

/* linux.uml traces from one thread. */
long ptrace(enum __ptrace_request request, ...) {
    va_list arguments;
    va_start(arguments, request);
    int pid = va_arg(arguments, int);
    void *address = va_arg(arguments, void *);
    void *data = va_arg(arguments, void *);
    va_end(arguments);
    if (kernel_ptrace == NULL) {
        kernel_ptrace = (ptrace_call) dlsym(RTLD_NEXT, "ptrace");
    }
    if (request == PTRACE_SETREGSET && address == (void *) NT_X86_XSTATE) {
        return set_all(pid, address, data);
    }
    return kernel_ptrace(request, pid, address, data);
}
