package io.gatun.ffm.process;

import io.gatun.ffm.Arch;
import java.util.List;
import java.util.Map;

/**
 * Records as the child reads them: a header, an array of fixed-size records, and the bytes they point to, for a given
 * address in memory. Pure; the same encoding serves the trampoline in the JVM's memory and the init's data segment.
 *
 * <pre>
 *  header  0 clone_args*   8 size   16 first record*   24 end*   32 failed record*   40 its -errno   48 ... see Init
 *  record  0 number   8 six arguments   56 result   64 flags: bits 0-5 argument is a pointer to its value, 6 may fail
 * </pre>
 */
public final class SyscallTable {
    static final int CLONE_ARGS = 0;
    static final int CLONE_ARGS_BYTES = 8;
    static final int FIRST = 16;
    static final int END = 24;
    static final int FAILED = 32;
    static final int ERROR = 40;
    static final int CHILD_TID = 48;
    static final int STATUS_FD = 48;
    static final int READY_FD = 56;
    static final int WAIT_STATUS = 64;
    static final int ALL_SIGNALS = 72;
    static final int NAME = 80;
    static final int SIGINFO = 96;
    static final int ENDING_FD = SIGINFO + 128;
    static final int EXTRA_BYTES = ENDING_FD + 8;
    static final int HEADER_BYTES = EXTRA_BYTES + 8;

    static final int NUMBER = 0;
    static final int ARGUMENTS = 8;
    static final int RESULT = 56;
    static final int FLAGS = 64;
    static final int MAY_FAIL_BIT = 6;
    static final int RECORD_BYTES = 72;

    private final List<SyscallRecord> records;

    /** A table of records, run from the first on. */
    public SyscallTable(List<SyscallRecord> records) {
        this.records = List.copyOf(records);
    }

    /** The records, in order. */
    public List<SyscallRecord> records() {
        return records;
    }

    /**
     * Encodes the table for an address.
     *
     * @param address of the first byte of the result, when the child runs it
     * @param bindings the value of every {@link Operand.Bound}
     * @throws IllegalArgumentException when a name is not bound or names no earlier result
     */
    public byte[] encode(Arch arch, long address, Map<String, Long> bindings) {
        return CompiledTable.of(arch, this).with(Names.NONE).at(address, bindings);
    }

    /**
     * The record that failed.
     *
     * @param failed what the child left in the header
     * @param address the table's
     */
    SyscallRecord failed(long failed, long address) {
        return records.get(Math.toIntExact((failed - address - HEADER_BYTES) / RECORD_BYTES));
    }
}
