package io.gatun.ffm.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * bpf(2), the commands that programs of cgroups need. All take {@code union bpf_attr}, linux/bpf.h, of which the kernel
 * reads as many bytes as it is told and takes the rest as zero. Any thread; needs CAP_BPF and CAP_NET_ADMIN, or
 * CAP_SYS_ADMIN.
 */
public final class Bpf {
    /** Decides on opening and making device nodes, Linux 4.15; enum bpf_prog_type, linux/bpf.h. */
    public static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    /** Where such a program is attached; enum bpf_attach_type, linux/bpf.h. */
    public static final int BPF_CGROUP_DEVICE = 6;
    /** Programs of the cgroups above and below run too, and all must agree; linux/bpf.h, Linux 4.15. */
    public static final int BPF_F_ALLOW_MULTI = 2;
    /** Takes the place of {@code replace_bpf_fd}, at once; linux/bpf.h, Linux 5.6. */
    public static final int BPF_F_REPLACE = 4;

    static final int BPF_PROG_LOAD = 5;
    static final int BPF_PROG_ATTACH = 8;
    static final int BPF_PROG_DETACH = 9;
    static final int BPF_PROG_GET_FD_BY_ID = 13;
    static final int BPF_PROG_QUERY = 16;

    // BPF_PROG_LOAD: u32 prog_type, insn_cnt; u64 insns, license; u32 log_level, log_size; u64 log_buf;
    // u32 kern_version, prog_flags; char prog_name[16]
    static final int INSN_CNT = 4;
    static final int INSNS = 8;
    static final int LICENSE = 16;
    static final int LOG_LEVEL = 24;
    static final int LOG_SIZE = 28;
    static final int LOG_BUF = 32;
    static final int PROG_NAME = 48;
    static final int LOAD_BYTES = 64;

    // BPF_PROG_ATTACH: u32 target_fd, attach_bpf_fd, attach_type, attach_flags, replace_bpf_fd
    static final int ATTACH_BPF_FD = 4;
    static final int ATTACH_TYPE = 8;
    static final int ATTACH_FLAGS = 12;
    static final int REPLACE_BPF_FD = 16;
    static final int ATTACH_BYTES = 24;

    // BPF_PROG_QUERY: u32 target_fd, attach_type, query_flags, attach_flags; u64 prog_ids; u32 prog_cnt
    static final int QUERY_TYPE = 4;
    static final int QUERY_IDS = 16;
    static final int QUERY_COUNT = 24;
    static final int QUERY_BYTES = 32;

    private static final int NAME_BYTES = 16;
    private static final int LOG_BYTES = 64 * 1024;
    /** BPF_CGROUP_MAX_PROGS, kernel/bpf/cgroup.c: the kernel attaches no more to one cgroup. */
    private static final int MAX_PROGRAMS = 64;

    private Bpf() {}

    /**
     * BPF_PROG_LOAD. When the verifier refuses, the program is loaded again to get its reasons.
     *
     * @param type BPF_PROG_TYPE_*
     * @param instructions as {@link BpfAssembler#assemble()} gives them
     * @param name at most 15 of A-Z a-z 0-9 _ and dot, shown by bpftool(8)
     * @throws BpfException EPERM, EINVAL and EACCES (the verifier), E2BIG, ENOMEM
     */
    public static OwnedFd load(int type, byte[] instructions, String name) {
        if (!name.matches("[A-Za-z0-9_.]{0,15}")) {
            throw new IllegalArgumentException("name=" + name + ": must be at most 15 of A-Z a-z 0-9 _ and .");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(LOAD_BYTES, 8);
            attr.set(JAVA_INT, 0, type);
            attr.set(JAVA_INT, INSN_CNT, instructions.length / BpfAssembler.INSN_BYTES);
            MemorySegment code = arena.allocate(instructions.length, 8);
            MemorySegment.copy(instructions, 0, code, JAVA_BYTE, 0, instructions.length);
            attr.set(JAVA_LONG, INSNS, code.address());
            attr.set(JAVA_LONG, LICENSE, arena.allocateFrom("Apache-2.0").address());
            byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(letters, 0, attr, JAVA_BYTE, PROG_NAME, Math.min(letters.length, NAME_BYTES - 1));
            long fd = Syscall.BPF.invoke(BPF_PROG_LOAD, attr.address(), LOAD_BYTES);
            if (fd >= 0) {
                return new OwnedFd((int) fd);
            }
            boolean verified = fd == -Errno.EINVAL || fd == -Errno.EACCES;
            throw new BpfException((int) -fd, verified ? reasons(arena, attr) : "");
        }
    }

    private static String reasons(Arena arena, MemorySegment attr) {
        MemorySegment log = arena.allocate(LOG_BYTES, 8);
        attr.set(JAVA_INT, LOG_LEVEL, 1);
        attr.set(JAVA_INT, LOG_SIZE, LOG_BYTES);
        attr.set(JAVA_LONG, LOG_BUF, log.address());
        long fd = Syscall.BPF.invoke(BPF_PROG_LOAD, attr.address(), LOAD_BYTES);
        if (fd >= 0) {
            new OwnedFd((int) fd).close();
        }
        return log.getString(0);
    }

    /**
     * BPF_PROG_ATTACH to a cgroup v2.
     *
     * @param cgroup an open descriptor of its directory
     * @param program from {@link #load}; the cgroup keeps it, so the descriptor may be closed
     * @param flags BPF_F_*; BPF_F_REPLACE is added with {@code replaced}
     * @param replaced the program that gives way
     * @param object for the message of an error: the cgroup's path
     * @throws SyscallException EPERM, EBADF (no cgroup v2), ENOENT ({@code replaced} is not attached), E2BIG (64 are)
     */
    public static void attach(int cgroup, int program, int type, int flags, Optional<OwnedFd> replaced, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTACH_BYTES, 8);
            attr.set(JAVA_INT, 0, cgroup);
            attr.set(JAVA_INT, ATTACH_BPF_FD, program);
            attr.set(JAVA_INT, ATTACH_TYPE, type);
            attr.set(JAVA_INT, ATTACH_FLAGS, replaced.isPresent() ? flags | BPF_F_REPLACE : flags);
            replaced.ifPresent(old -> attr.set(JAVA_INT, REPLACE_BPF_FD, old.fd()));
            Errno.check(
                    Syscall.BPF.invoke(BPF_PROG_ATTACH, attr.address(), ATTACH_BYTES),
                    "bpf",
                    "BPF_PROG_ATTACH " + object);
        }
    }

    /**
     * BPF_PROG_DETACH from a cgroup v2.
     *
     * @throws SyscallException EPERM, ENOENT (not attached)
     */
    public static void detach(int cgroup, int program, int type, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTACH_BYTES, 8);
            attr.set(JAVA_INT, 0, cgroup);
            attr.set(JAVA_INT, ATTACH_BPF_FD, program);
            attr.set(JAVA_INT, ATTACH_TYPE, type);
            Errno.check(
                    Syscall.BPF.invoke(BPF_PROG_DETACH, attr.address(), ATTACH_BYTES),
                    "bpf",
                    "BPF_PROG_DETACH " + object);
        }
    }

    /**
     * BPF_PROG_QUERY, Linux 4.15: the programs attached to this very cgroup, in the order in which they run.
     *
     * @return their ids
     * @throws SyscallException EPERM, EBADF
     */
    public static List<Integer> query(int cgroup, int type, Object object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(QUERY_BYTES, 8);
            MemorySegment ids = arena.allocate(JAVA_INT, MAX_PROGRAMS);
            attr.set(JAVA_INT, 0, cgroup);
            attr.set(JAVA_INT, QUERY_TYPE, type);
            attr.set(JAVA_LONG, QUERY_IDS, ids.address());
            attr.set(JAVA_INT, QUERY_COUNT, MAX_PROGRAMS);
            Errno.check(
                    Syscall.BPF.invoke(BPF_PROG_QUERY, attr.address(), QUERY_BYTES), "bpf", "BPF_PROG_QUERY " + object);
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < attr.get(JAVA_INT, QUERY_COUNT); i++) {
                found.add(ids.getAtIndex(JAVA_INT, i));
            }
            return found;
        }
    }

    /**
     * BPF_PROG_GET_FD_BY_ID, Linux 4.13.
     *
     * @return empty when the program is gone
     * @throws SyscallException EPERM: needs CAP_SYS_ADMIN
     */
    public static Optional<OwnedFd> program(int id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTACH_BYTES, 8);
            attr.set(JAVA_INT, 0, id);
            // u32 prog_id, next_id, open_flags: nothing beyond may be set, and zeros are nothing.
            long fd = Syscall.BPF.invoke(BPF_PROG_GET_FD_BY_ID, attr.address(), ATTACH_BYTES);
            return fd == -Errno.ENOENT
                    ? Optional.empty()
                    : Optional.of(new OwnedFd((int) Errno.check(fd, "bpf", "BPF_PROG_GET_FD_BY_ID " + id)));
        }
    }
}
