package io.gatun.ffm.process;

import static io.gatun.ffm.asm.Register.A0;
import static io.gatun.ffm.asm.Register.A1;
import static io.gatun.ffm.asm.Register.A2;
import static io.gatun.ffm.asm.Register.A3;
import static io.gatun.ffm.asm.Register.A4;
import static io.gatun.ffm.asm.Register.RESULT;
import static io.gatun.ffm.asm.Register.S0;
import static io.gatun.ffm.asm.Register.S1;
import static io.gatun.ffm.asm.Register.S4;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.asm.Assembler;
import io.gatun.ffm.asm.Label;
import io.gatun.ffm.asm.StaticElf;

/** The machine code of the {@link Init}: registers only, no stack, no libc. */
final class InitCode {
    private static final int SIGCHLD = 17;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 8;
    private static final int PR_SET_NAME = 15;
    private static final int WNOHANG = 1;
    private static final int SIGKILL = 9;
    /** siginfo_t: si_signo, si_errno, si_code, padding, si_pid, si_uid, then si_value; asm-generic/siginfo.h. */
    private static final int SI_VALUE = 24;

    private InitCode() {}

    /** The code for an architecture. */
    static byte[] assemble(Arch arch) {
        Assembler code = Assembler.forArch(arch);
        Label parent = new Label();
        Label report = new Label();
        Label cloneFailed = new Label();
        Label quit = new Label();
        code.set(S0, StaticElf.DATA_ADDRESS);
        prepare(code);
        // clone(CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0): the order of the last two differs, their value does not.
        code.set(A0, (int) (CloneArgs.CLONE_VM | CloneArgs.CLONE_VFORK) | SIGCHLD);
        code.set(A1, 0).set(A2, 0).set(A3, 0).set(A4, 0);
        code.syscall(Syscall.CLONE);
        code.jumpIfNotZero(RESULT, parent);
        RecordLoop.emit(code);

        code.bind(parent);
        code.move(S4, RESULT);
        code.jumpIfNegative(S4, cloneFailed);
        code.bind(report);
        code.load(A0, S0, SyscallTable.READY_FD);
        code.move(A1, S0).add(A1, SyscallTable.FAILED);
        code.set(A2, Init.READY_BYTES);
        code.syscall(Syscall.WRITE);
        code.load(A0, S0, SyscallTable.READY_FD);
        code.syscall(Syscall.CLOSE);
        code.load(S1, S0, SyscallTable.ERROR);
        code.jumpIfNotZero(S1, quit);
        supervise(code);

        code.bind(cloneFailed);
        code.store(S4, S0, SyscallTable.ERROR);
        code.jump(report);
        code.bind(quit);
        code.set(A0, RecordLoop.EXIT_CODE);
        code.syscall(Syscall.EXIT_GROUP);
        return code.toBytes();
    }

    private static void prepare(Assembler code) {
        // Blocked signals queue up for rt_sigtimedwait; unblocked, process 1 would lose those without a handler.
        code.set(A0, SIG_SETMASK);
        code.move(A1, S0).add(A1, SyscallTable.ALL_SIGNALS);
        code.set(A2, 0);
        code.set(A3, SIGSET_BYTES);
        code.syscall(Syscall.RT_SIGPROCMASK);
        code.set(A0, PR_SET_NAME);
        code.move(A1, S0).add(A1, SyscallTable.NAME);
        code.syscall(Syscall.PRCTL);
    }

    /** Expects the task's pid in S4. */
    private static void supervise(Assembler code) {
        Label await = new Label();
        Label reap = new Label();
        Label forward = new Label();
        Label carrier = new Label();
        Label drop = new Label();
        Label ended = new Label();
        Label exit = new Label();

        code.bind(await);
        code.move(A0, S0).add(A0, SyscallTable.ALL_SIGNALS);
        code.move(A1, S0).add(A1, SyscallTable.SIGINFO);
        code.set(A2, 0);
        code.set(A3, SIGSET_BYTES);
        code.syscall(Syscall.RT_SIGTIMEDWAIT);
        code.jumpIfNegative(RESULT, await); // EINTR: after SIGSTOP and SIGCONT from outside
        code.move(S1, RESULT);
        code.jumpIfEqual(S1, SIGCHLD, reap);
        code.jumpIfEqual(S1, Init.CARRIER_SIGNAL, carrier);
        code.bind(forward);
        code.move(A0, S4).negate(A0);
        code.move(A1, S1);
        code.syscall(Syscall.KILL);
        code.jump(await);

        code.bind(carrier);
        code.load(S1, S0, SyscallTable.SIGINFO + SI_VALUE);
        code.jumpIfNegative(S1, drop);
        code.jump(forward);

        code.bind(drop);
        code.move(A0, S1).negate(A0);
        code.syscall(Syscall.CLOSE);
        code.jump(await);

        code.bind(reap);
        code.set(A0, -1);
        code.move(A1, S0).add(A1, SyscallTable.WAIT_STATUS);
        code.set(A2, WNOHANG);
        code.set(A3, 0);
        code.syscall(Syscall.WAIT4);
        code.jumpIfEqual(RESULT, S4, ended);
        code.jumpIfZero(RESULT, await); // others still run
        code.jumpIfNegative(RESULT, await);
        code.jump(reap);

        code.bind(ended);
        code.load(A0, S0, SyscallTable.STATUS_FD);
        code.move(A1, S0).add(A1, SyscallTable.WAIT_STATUS);
        code.set(A2, Init.STATUS_BYTES);
        code.syscall(Syscall.WRITE);
        // Without a pid namespace the rest of the task's process group would live on.
        code.move(A0, S4).negate(A0);
        code.set(A1, SIGKILL);
        code.syscall(Syscall.KILL);
        // What the task wrote last may still be in pipes that nobody but this process holds: an agent must have them
        // before it goes.
        code.load(S1, S0, SyscallTable.ENDING_FD);
        code.jumpIfZero(S1, exit);
        code.move(A0, S1);
        code.move(A1, S0).add(A1, SyscallTable.WAIT_STATUS);
        code.set(A2, Init.STATUS_BYTES);
        code.syscall(Syscall.WRITE);
        code.move(A0, S1);
        code.move(A1, S0).add(A1, SyscallTable.SIGINFO);
        code.set(A2, 1);
        code.syscall(Syscall.READ);
        code.bind(exit);
        code.set(A0, 0);
        code.syscall(Syscall.EXIT_GROUP);
    }

    /* Listing, x86_64:
     * 0: mov ebx,0x411000
     * 5: mov edi,0x2
     * a: mov rsi,rbx
     * d: add rsi,0x48
     * 14: mov edx,0x0
     * 19: mov r10d,0x8
     * 1f: mov eax,0xe
     * 24: syscall
     * 26: mov edi,0xf
     * 2b: mov rsi,rbx
     * 2e: add rsi,0x50
     * 35: mov eax,0x9d
     * 3a: syscall
     * 3c: mov edi,0x4111
     * 41: mov esi,0x0
     * 46: mov edx,0x0
     * 4b: mov r10d,0x0
     * 51: mov r8d,0x0
     * 57: mov eax,0x38
     * 5c: syscall
     * 5e: test rax,rax
     * 61: jne 0x138
     * 67: mov rbp,QWORD PTR [rbx+0x10]
     * 6b: mov r12,QWORD PTR [rbx+0x18]
     * 6f: cmp rbp,r12
     * 72: je 0x12c
     * 78: mov r13,QWORD PTR [rbp+0x40]
     * 7c: mov rdi,QWORD PTR [rbp+0x8]
     * 80: bt r13,0x0
     * 85: jae 0x8f
     * 8b: mov rdi,QWORD PTR [rdi+0x0]
     * 8f: mov rsi,QWORD PTR [rbp+0x10]
     * 93: bt r13,0x1
     * 98: jae 0xa2
     * 9e: mov rsi,QWORD PTR [rsi+0x0]
     * a2: mov rdx,QWORD PTR [rbp+0x18]
     * a6: bt r13,0x2
     * ab: jae 0xb5
     * b1: mov rdx,QWORD PTR [rdx+0x0]
     * b5: mov r10,QWORD PTR [rbp+0x20]
     * b9: bt r13,0x3
     * be: jae 0xc8
     * c4: mov r10,QWORD PTR [r10+0x0]
     * c8: mov r8,QWORD PTR [rbp+0x28]
     * cc: bt r13,0x4
     * d1: jae 0xdb
     * d7: mov r8,QWORD PTR [r8+0x0]
     * db: mov r9,QWORD PTR [rbp+0x30]
     * df: bt r13,0x5
     * e4: jae 0xee
     * ea: mov r9,QWORD PTR [r9+0x0]
     * ee: mov rax,QWORD PTR [rbp+0x0]
     * f2: syscall
     * f4: mov QWORD PTR [rbp+0x38],rax
     * f8: test rax,rax
     * fb: js 0x10d
     * 101: add rbp,0x48
     * 108: jmp 0x6f
     * 10d: bt r13,0x6
     * 112: jb 0x101
     * 118: mov QWORD PTR [rbx+0x20],rbp
     * 11c: mov QWORD PTR [rbx+0x28],rax
     * 120: mov edi,0x7f
     * 125: mov eax,0xe7
     * 12a: syscall
     * 12c: mov edi,0x0
     * 131: mov eax,0xe7
     * 136: syscall
     * 138: mov r14,rax
     * 13b: test r14,r14
     * 13e: js 0x2b2
     * 144: mov rdi,QWORD PTR [rbx+0x38]
     * 148: mov rsi,rbx
     * 14b: add rsi,0x20
     * 152: mov edx,0x10
     * 157: mov eax,0x1
     * 15c: syscall
     * 15e: mov rdi,QWORD PTR [rbx+0x38]
     * 162: mov eax,0x3
     * 167: syscall
     * 169: mov rbp,QWORD PTR [rbx+0x28]
     * 16d: test rbp,rbp
     * 170: jne 0x2bb
     * 176: mov rdi,rbx
     * 179: add rdi,0x48
     * 180: mov rsi,rbx
     * 183: add rsi,0x60
     * 18a: mov edx,0x0
     * 18f: mov r10d,0x8
     * 195: mov eax,0x80
     * 19a: syscall
     * 19c: test rax,rax
     * 19f: js 0x176
     * 1a5: mov rbp,rax
     * 1a8: cmp rbp,0x11
     * 1ac: je 0x1f5
     * 1b2: cmp rbp,0x40
     * 1b6: je 0x1d1
     * 1bc: mov rdi,r14
     * 1bf: neg rdi
     * 1c2: mov rsi,rbp
     * 1c5: mov eax,0x3e
     * 1ca: syscall
     * 1cc: jmp 0x176
     * 1d1: mov rbp,QWORD PTR [rbx+0x78]
     * 1d5: test rbp,rbp
     * 1d8: js 0x1e3
     * 1de: jmp 0x1bc
     * 1e3: mov rdi,rbp
     * 1e6: neg rdi
     * 1e9: mov eax,0x3
     * 1ee: syscall
     * 1f0: jmp 0x176
     * 1f5: mov rdi,0xffffffffffffffff
     * 1fc: mov rsi,rbx
     * 1ff: add rsi,0x40
     * 206: mov edx,0x1
     * 20b: mov r10d,0x0
     * 211: mov eax,0x3d
     * 216: syscall
     * 218: cmp rax,r14
     * 21b: je 0x238
     * 221: test rax,rax
     * 224: je 0x176
     * 22a: test rax,rax
     * 22d: js 0x176
     * 233: jmp 0x1f5
     * 238: mov rdi,QWORD PTR [rbx+0x30]
     * 23c: mov rsi,rbx
     * 23f: add rsi,0x40
     * 246: mov edx,0x4
     * 24b: mov eax,0x1
     * 250: syscall
     * 252: mov rdi,r14
     * 255: neg rdi
     * 258: mov esi,0x9
     * 25d: mov eax,0x3e
     * 262: syscall
     * 264: mov rbp,QWORD PTR [rbx+0xe0]
     * 26b: test rbp,rbp
     * 26e: je 0x2a6
     * 274: mov rdi,rbp
     * 277: mov rsi,rbx
     * 27a: add rsi,0x40
     * 281: mov edx,0x4
     * 286: mov eax,0x1
     * 28b: syscall
     * 28d: mov rdi,rbp
     * 290: mov rsi,rbx
     * 293: add rsi,0x60
     * 29a: mov edx,0x1
     * 29f: mov eax,0x0
     * 2a4: syscall
     * 2a6: mov edi,0x0
     * 2ab: mov eax,0xe7
     * 2b0: syscall
     * 2b2: mov QWORD PTR [rbx+0x28],r14
     * 2b6: jmp 0x144
     * 2bb: mov edi,0x7f
     * 2c0: mov eax,0xe7
     * 2c5: syscall
     */

    /* Listing, aarch64:
     * 0: mov x19, #0x1000
     * 4: movk x19, #0x41, lsl #16
     * 8: mov x0, #0x2
     * c: mov x1, x19
     * 10: add x1, x1, #0x48
     * 14: mov x2, #0x0
     * 18: mov x3, #0x8
     * 1c: mov x8, #0x87
     * 20: svc #0x0
     * 24: mov x0, #0xf
     * 28: mov x1, x19
     * 2c: add x1, x1, #0x50
     * 30: mov x8, #0xa7
     * 34: svc #0x0
     * 38: mov x0, #0x4111
     * 3c: mov x1, #0x0
     * 40: mov x2, #0x0
     * 44: mov x3, #0x0
     * 48: mov x4, #0x0
     * 4c: mov x8, #0xdc
     * 50: svc #0x0
     * 54: cbnz x0, 0xf0
     * 58: ldr x20, [x19, #16]
     * 5c: ldr x21, [x19, #24]
     * 60: cmp x20, x21
     * 64: b.eq 0xe4
     * 68: ldr x22, [x20, #64]
     * 6c: ldr x0, [x20, #8]
     * 70: tbz w22, #0, 0x78
     * 74: ldr x0, [x0]
     * 78: ldr x1, [x20, #16]
     * 7c: tbz w22, #1, 0x84
     * 80: ldr x1, [x1]
     * 84: ldr x2, [x20, #24]
     * 88: tbz w22, #2, 0x90
     * 8c: ldr x2, [x2]
     * 90: ldr x3, [x20, #32]
     * 94: tbz w22, #3, 0x9c
     * 98: ldr x3, [x3]
     * 9c: ldr x4, [x20, #40]
     * a0: tbz w22, #4, 0xa8
     * a4: ldr x4, [x4]
     * a8: ldr x5, [x20, #48]
     * ac: tbz w22, #5, 0xb4
     * b0: ldr x5, [x5]
     * b4: ldr x8, [x20]
     * b8: svc #0x0
     * bc: str x0, [x20, #56]
     * c0: tbnz x0, #63, 0xcc
     * c4: add x20, x20, #0x48
     * c8: b 0x60
     * cc: tbnz w22, #6, 0xc4
     * d0: str x20, [x19, #32]
     * d4: str x0, [x19, #40]
     * d8: mov x0, #0x7f
     * dc: mov x8, #0x5e
     * e0: svc #0x0
     * e4: mov x0, #0x0
     * e8: mov x8, #0x5e
     * ec: svc #0x0
     * f0: mov x23, x0
     * f4: tbnz x23, #63, 0x234
     * f8: ldr x0, [x19, #56]
     * fc: mov x1, x19
     * 100: add x1, x1, #0x20
     * 104: mov x2, #0x10
     * 108: mov x8, #0x40
     * 10c: svc #0x0
     * 110: ldr x0, [x19, #56]
     * 114: mov x8, #0x39
     * 118: svc #0x0
     * 11c: ldr x20, [x19, #40]
     * 120: cbnz x20, 0x23c
     * 124: mov x0, x19
     * 128: add x0, x0, #0x48
     * 12c: mov x1, x19
     * 130: add x1, x1, #0x60
     * 134: mov x2, #0x0
     * 138: mov x3, #0x8
     * 13c: mov x8, #0x89
     * 140: svc #0x0
     * 144: tbnz x0, #63, 0x124
     * 148: mov x20, x0
     * 14c: cmp x20, #0x11
     * 150: b.eq 0x194
     * 154: cmp x20, #0x40
     * 158: b.eq 0x174
     * 15c: mov x0, x23
     * 160: neg x0, x0
     * 164: mov x1, x20
     * 168: mov x8, #0x81
     * 16c: svc #0x0
     * 170: b 0x124
     * 174: ldr x20, [x19, #120]
     * 178: tbnz x20, #63, 0x180
     * 17c: b 0x15c
     * 180: mov x0, x20
     * 184: neg x0, x0
     * 188: mov x8, #0x39
     * 18c: svc #0x0
     * 190: b 0x124
     * 194: mov x0, #0xffffffffffffffff
     * 198: mov x1, x19
     * 19c: add x1, x1, #0x40
     * 1a0: mov x2, #0x1
     * 1a4: mov x3, #0x0
     * 1a8: mov x8, #0x104
     * 1ac: svc #0x0
     * 1b0: cmp x0, x23
     * 1b4: b.eq 0x1c4
     * 1b8: cbz x0, 0x124
     * 1bc: tbnz x0, #63, 0x124
     * 1c0: b 0x194
     * 1c4: ldr x0, [x19, #48]
     * 1c8: mov x1, x19
     * 1cc: add x1, x1, #0x40
     * 1d0: mov x2, #0x4
     * 1d4: mov x8, #0x40
     * 1d8: svc #0x0
     * 1dc: mov x0, x23
     * 1e0: neg x0, x0
     * 1e4: mov x1, #0x9
     * 1e8: mov x8, #0x81
     * 1ec: svc #0x0
     * 1f0: ldr x20, [x19, #224]
     * 1f4: cbz x20, 0x228
     * 1f8: mov x0, x20
     * 1fc: mov x1, x19
     * 200: add x1, x1, #0x40
     * 204: mov x2, #0x4
     * 208: mov x8, #0x40
     * 20c: svc #0x0
     * 210: mov x0, x20
     * 214: mov x1, x19
     * 218: add x1, x1, #0x60
     * 21c: mov x2, #0x1
     * 220: mov x8, #0x3f
     * 224: svc #0x0
     * 228: mov x0, #0x0
     * 22c: mov x8, #0x5e
     * 230: svc #0x0
     * 234: str x23, [x19, #40]
     * 238: b 0xf8
     * 23c: mov x0, #0x7f
     * 240: mov x8, #0x5e
     * 244: svc #0x0
     */
}
