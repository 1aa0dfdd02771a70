package io.gatun.isolator.security.seccomp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Assembles a classic BPF program from its end to its start: jumps lead forward only, so every target is known when the
 * jump to it is written. A place in the program is named by its distance from the end. linux/filter.h, bpf(4).
 *
 * <pre>
 *  struct sock_filter: 0 u16 code   2 u8 jt   3 u8 jf   4 u32 k
 * </pre>
 */
final class BpfAssembler {
    static final int BPF_LD_W_ABS = 0x20;
    static final int BPF_AND_K = 0x54;
    static final int BPF_JA = 0x05;
    static final int BPF_JEQ_K = 0x15;
    static final int BPF_JGT_K = 0x25;
    static final int BPF_JGE_K = 0x35;
    static final int BPF_RET_K = 0x06;

    /** A conditional jump skips at most this many instructions. */
    private static final int MAX_SKIP = 0xff;

    private final List<Long> reversed = new ArrayList<>();

    /** Ends the program with a value. */
    int ret(int value) {
        return put(BPF_RET_K, 0, 0, value);
    }

    /** Loads a word of the data into the accumulator, goes on at {@code next}. */
    int load(int offset, int next) {
        follow(next);
        return put(BPF_LD_W_ABS, 0, 0, offset);
    }

    /** Masks the accumulator, goes on at {@code next}. */
    int and(int mask, int next) {
        follow(next);
        return put(BPF_AND_K, 0, 0, mask);
    }

    /** Compares the accumulator with {@code k}, unsigned. */
    int branch(int comparison, int k, int ifTrue, int ifFalse) {
        int t = ifTrue;
        int f = ifFalse;
        // A jump that is put in for one target moves the other one an instruction further away.
        while (skip(t) > MAX_SKIP || skip(f) > MAX_SKIP) {
            if (skip(t) > MAX_SKIP) {
                t = jump(t);
            } else {
                f = jump(f);
            }
        }
        return put(comparison, skip(t), skip(f), k);
    }

    /** Whether a conditional jump written now reaches a place. */
    boolean reaches(int place) {
        return skip(place) <= MAX_SKIP;
    }

    private int jump(int target) {
        return put(BPF_JA, 0, 0, skip(target));
    }

    /** Makes {@code next} what follows the instruction that is written next. */
    private void follow(int next) {
        if (skip(next) != 0) {
            jump(next);
        }
    }

    /** Instructions between one written now and a place. */
    private int skip(int place) {
        return reversed.size() - 1 - place;
    }

    private int put(int code, int jt, int jf, int k) {
        reversed.add((long) k << 32 | (long) jf << 24 | (long) jt << 16 | code);
        return reversed.size() - 1;
    }

    /** The program, from its start: a {@code struct sock_filter} as little-endian word each. */
    List<Long> program() {
        List<Long> program = new ArrayList<>(reversed);
        Collections.reverse(program);
        return List.copyOf(program);
    }
}
