package io.gatun.ffm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * System calls by their man-page names, with their numbers on each architecture: arch/x86/entry/syscalls/syscall_64.tbl
 * and include/uapi/asm-generic/unistd.h (aarch64). Calls newer than 5.1 share one number.
 *
 * <p>The same numbers fill the records that a child runs between clone and exec and serve {@link #invoke}: there libc
 * has no part, so what happens is what the kernel's man pages say.
 */
public enum Syscall {
    /** read(2). */
    READ(0, 63),
    /** write(2). */
    WRITE(1, 64),
    /** close(2). */
    CLOSE(3, 57),
    /** lseek(2). */
    LSEEK(8, 62),
    /** ioctl(2). */
    IOCTL(16, 29),
    /** socketpair(2). */
    SOCKETPAIR(53, 199),
    /** mmap(2). */
    MMAP(9, 222),
    /** munmap(2). */
    MUNMAP(11, 215),
    /** madvise(2). */
    MADVISE(28, 233),
    /** pwrite64(2), behind pwrite(3). */
    PWRITE64(18, 68),
    /** rt_sigaction(2); takes the kernel's struct, which differs from libc's. */
    RT_SIGACTION(13, 134),
    /** rt_sigprocmask(2). */
    RT_SIGPROCMASK(14, 135),
    /** socket(2). */
    SOCKET(41, 198),
    /** dup3(2). */
    DUP3(292, 24),
    /** clone(2). */
    CLONE(56, 220),
    /** execve(2). */
    EXECVE(59, 221),
    /** exit_group(2). */
    EXIT_GROUP(231, 94),
    /** wait4(2). */
    WAIT4(61, 260),
    /** kill(2). */
    KILL(62, 129),
    /** fcntl(2). */
    FCNTL(72, 25),
    /** flock(2). */
    FLOCK(73, 32),
    /** chdir(2). */
    CHDIR(80, 49),
    /** fchdir(2). */
    FCHDIR(81, 50),
    /** umask(2). */
    UMASK(95, 166),
    /** geteuid(2). */
    GETEUID(107, 175),
    /** getegid(2). */
    GETEGID(108, 177),
    /** setsid(2). */
    SETSID(112, 157),
    /** setgroups(2). */
    SETGROUPS(116, 159),
    /** capset(2); the kernel's structs, linux/capability.h. */
    CAPSET(126, 91),
    /** setresuid(2). */
    SETRESUID(117, 147),
    /** setresgid(2). */
    SETRESGID(119, 149),
    /** rt_sigtimedwait(2). */
    RT_SIGTIMEDWAIT(128, 137),
    /** prctl(2). */
    PRCTL(157, 167),
    /** chroot(2). */
    CHROOT(161, 51),
    /** pivot_root(2). */
    PIVOT_ROOT(155, 41),
    /** mount(2). */
    MOUNT(165, 40),
    /** umount2(2). */
    UMOUNT2(166, 39),
    /** getdents64(2). */
    GETDENTS64(217, 61),
    /** sethostname(2). */
    SETHOSTNAME(170, 161),
    /** waitid(2). */
    WAITID(247, 95),
    /** mknodat(2). */
    MKNODAT(259, 33),
    /** prlimit64(2), the call behind prlimit(3) and setrlimit(3); Linux 2.6.36. */
    PRLIMIT64(302, 261),
    /** openat(2). */
    OPENAT(257, 56),
    /** mkdirat(2). */
    MKDIRAT(258, 34),
    /** renameat2(2), Linux 3.15. */
    RENAMEAT2(316, 276),
    /** unlinkat(2). */
    UNLINKAT(263, 35),
    /** symlinkat(2). */
    SYMLINKAT(266, 36),
    /** fchownat(2). */
    FCHOWNAT(260, 54),
    /** fchmodat(2); without flags, which fchmodat2(2) has. */
    FCHMODAT(268, 53),
    /** fchown(2). */
    FCHOWN(93, 55),
    /** unshare(2). */
    UNSHARE(272, 97),
    /** eventfd2(2). */
    EVENTFD2(290, 19),
    /** splice(2). */
    SPLICE(275, 76),
    /** tee(2). */
    TEE(276, 77),
    /** setns(2); of a pidfd since Linux 5.8. */
    SETNS(308, 268),
    /** epoll_create1(2). */
    EPOLL_CREATE1(291, 20),
    /** epoll_ctl(2). */
    EPOLL_CTL(233, 21),
    /** epoll_pwait(2). */
    EPOLL_PWAIT(281, 22),
    /** pipe2(2). */
    PIPE2(293, 59),
    /** ppoll(2). */
    PPOLL(271, 73),
    /** sched_setattr(2), Linux 3.14. */
    SCHED_SETATTR(314, 274),
    /** sched_getattr(2), Linux 3.14. */
    SCHED_GETATTR(315, 275),
    /** seccomp(2), Linux 3.17. */
    SECCOMP(317, 277),
    /** memfd_create(2). */
    MEMFD_CREATE(319, 279),
    /** perf_event_open(2). */
    PERF_EVENT_OPEN(298, 241),
    /** bpf(2). */
    BPF(321, 280),
    /** execveat(2). */
    EXECVEAT(322, 281),
    /** fsync(2). */
    FSYNC(74, 82),
    /** ftruncate(2). */
    FTRUNCATE(77, 46),
    /** fchmod(2). */
    FCHMOD(91, 52),
    /** fsetxattr(2). */
    FSETXATTR(190, 7),
    /** fgetxattr(2). */
    FGETXATTR(193, 10),
    /** flistxattr(2). */
    FLISTXATTR(196, 13),
    /** linkat(2). */
    LINKAT(265, 37),
    /** readlinkat(2). */
    READLINKAT(267, 78),
    /** utimensat(2). */
    UTIMENSAT(280, 88),
    /** syncfs(2). */
    SYNCFS(306, 267),
    /** copy_file_range(2), Linux 4.5. */
    COPY_FILE_RANGE(326, 285),
    /** statx(2), Linux 4.11. */
    STATX(332, 291),
    /** pidfd_send_signal(2), Linux 5.1. */
    PIDFD_SEND_SIGNAL(424, 424),
    /** open_tree(2), Linux 5.2. */
    OPEN_TREE(428, 428),
    /** move_mount(2), Linux 5.2. */
    MOVE_MOUNT(429, 429),
    /** fsopen(2), Linux 5.2. */
    FSOPEN(430, 430),
    /** fsconfig(2), Linux 5.2. */
    FSCONFIG(431, 431),
    /** fsmount(2), Linux 5.2. */
    FSMOUNT(432, 432),
    /** pidfd_open(2), Linux 5.3. */
    PIDFD_OPEN(434, 434),
    /** clone3(2), Linux 5.3. */
    CLONE3(435, 435),
    /** close_range(2), Linux 5.9. */
    CLOSE_RANGE(436, 436),
    /** pidfd_getfd(2), Linux 5.6. */
    PIDFD_GETFD(438, 438),
    /** openat2(2), Linux 5.6. */
    OPENAT2(437, 437),
    /** mount_setattr(2), Linux 5.12. */
    MOUNT_SETATTR(442, 442),
    /** quotactl_fd(2), Linux 5.14. */
    QUOTACTL_FD(443, 443);

    // long syscall(long number, ...);
    private static final MethodHandle SYSCALL = Libc.linkVariadic(
            "syscall",
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            1);

    private final int x86;
    private final int aarch64;

    Syscall(int x86, int aarch64) {
        this.x86 = x86;
        this.aarch64 = aarch64;
    }

    /** The number on an architecture. */
    public int number(Arch arch) {
        return switch (arch) {
            case X86_64 -> x86;
            case AARCH64 -> aarch64;
        };
    }

    /** The name in section 2 of the manual. */
    public String manName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Makes the call on the calling thread. Pointers are passed as addresses: the caller keeps what they point to
     * alive until this returns.
     *
     * @return the result, or {@code -errno}; EINTR is not handled here
     */
    public long invoke(long a0, long a1, long a2, long a3, long a4, long a5) {
        ErrnoState errno = ErrnoState.current();
        try {
            long result =
                    (long) SYSCALL.invokeExact(errno.segment(), (long) number(Arch.current()), a0, a1, a2, a3, a4, a5);
            return result == -1 ? -errno.value() : result;
        } catch (Throwable t) {
            throw Libc.bindingFault("syscall", t);
        }
    }

    /** As the long form, with zeros for the arguments left out. */
    public long invoke(long a0, long a1, long a2, long a3) {
        return invoke(a0, a1, a2, a3, 0, 0);
    }

    /** As the long form, with zeros for the arguments left out. */
    public long invoke(long a0, long a1, long a2) {
        return invoke(a0, a1, a2, 0, 0, 0);
    }

    /** As the long form, with zeros for the arguments left out. */
    public long invoke(long a0, long a1) {
        return invoke(a0, a1, 0, 0, 0, 0);
    }

    /** As the long form, with zeros for the arguments left out. */
    public long invoke(long a0) {
        return invoke(a0, 0, 0, 0, 0, 0);
    }
}
