package io.gatun.testkit.history;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Registers by key, each a part of its own, holding {@link #INITIAL} at first. The answer to a read is the value, to a
 * write what was written.
 */
public final class Registers implements Model<Long, Registers.Call, Long> {
    /** What was never written. */
    public static final long INITIAL = 0;

    /** A read or a write. */
    public sealed interface Call {
        /** Of the register. */
        String key();
    }

    /** Asks for the value. */
    public record Read(String key) implements Call {}

    /** Replaces the value. */
    public record Write(String key, long value) implements Call {}

    @Override
    public Long initial() {
        return INITIAL;
    }

    @Override
    public Optional<Long> step(Long state, Call call, Optional<Long> output) {
        return switch (call) {
            case Read read -> output.isEmpty() || output.get().equals(state) ? Optional.of(state) : Optional.empty();
            case Write write -> Optional.of(write.value());
        };
    }

    @Override
    public Object part(Call call) {
        return call.key();
    }

    /**
     * Without operations that nobody could ever have noticed: unanswered reads, and unanswered writes of values that no
     * read returned. The history is linearizable with them exactly when it is without: such a write may be said never to
     * have happened. Each would otherwise double what the search has to remember.
     *
     * @param operations in which no two writes are of one value
     * @throws IllegalArgumentException if two are
     */
    public static List<Operation<Call, Long>> noticed(List<Operation<Call, Long>> operations) {
        Set<Long> read = new HashSet<>();
        Set<Long> written = new HashSet<>();
        for (Operation<Call, Long> operation : operations) {
            switch (operation.input()) {
                case Read unused -> operation.output().ifPresent(read::add);
                case Write write -> {
                    if (!written.add(write.value())) {
                        throw new IllegalArgumentException("value " + write.value() + " is written twice");
                    }
                }
            }
        }
        return operations.stream()
                .filter(operation ->
                        operation.known() || (operation.input() instanceof Write write && read.contains(write.value())))
                .toList();
    }
}
