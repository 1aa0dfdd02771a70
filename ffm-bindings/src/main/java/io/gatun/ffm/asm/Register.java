package io.gatun.ffm.asm;

/**
 * The registers of the common subset, named by their part in a system call.
 *
 * <p>{@link #RESULT} is the same register as {@link #NUMBER} on x86-64 (rax) and as {@link #A0} on aarch64 (x0): read
 * it before either is written. The {@code S} registers survive system calls and are the caller's (both ABIs), so a
 * function saves them ({@link Assembler#enter()}).
 */
public enum Register {
    /** First argument: rdi, x0; also the first argument of a C function. */
    A0(7, 0),
    /** Second argument: rsi, x1. */
    A1(6, 1),
    /** Third argument: rdx, x2. */
    A2(2, 2),
    /** Fourth argument of a system call: r10, x3. */
    A3(10, 3),
    /** Fifth argument: r8, x4. */
    A4(8, 4),
    /** Sixth argument: r9, x5. */
    A5(9, 5),
    /** Number of the system call: rax, x8. */
    NUMBER(0, 8),
    /** Result of a system call or function: rax, x0. */
    RESULT(0, 0),
    /** Kept: rbx, x19. */
    S0(3, 19),
    /** Kept: rbp, x20. */
    S1(5, 20),
    /** Kept: r12, x21. */
    S2(12, 21),
    /** Kept: r13, x22. */
    S3(13, 22),
    /** Kept: r14, x23. */
    S4(14, 23);

    private final int x86;
    private final int aarch64;

    Register(int x86, int aarch64) {
        this.x86 = x86;
        this.aarch64 = aarch64;
    }

    int x86() {
        return x86;
    }

    int aarch64() {
        return aarch64;
    }
}
