package io.gatun.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.testkit.history.Registers.Call;
import io.gatun.testkit.history.Registers.Read;
import io.gatun.testkit.history.Registers.Write;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search against one that tries all orders, and on histories as long as those of a long run. */
class RandomHistoriesTest {
    private static final long STEPS = 10_000_000;

    @Test
    void shouldAgreeWithTryingAllOrders() {
        Map<Verdict.Kind, Integer> verdicts = new EnumMap<>(Verdict.Kind.class);
        for (int seed = 0; seed < 3_000; seed++) {
            List<Operation<Call, Long>> history = guessed(new Random(seed));
            Verdict verdict = Linearizability.check(new Registers(), history, STEPS);
            assertThat(verdict.linearizable())
                    .as("seed %d: %s", seed, history)
                    .isEqualTo(anyOrder(history, Registers.INITIAL));
            assertThat(Linearizability.check(new Registers(), Registers.noticed(history), STEPS)
                            .kind())
                    .as("seed %d, without what nobody noticed", seed)
                    .isEqualTo(verdict.kind());
            verdicts.merge(verdict.kind(), 1, Integer::sum);
        }
        // Else it would have compared only one kind of answer.
        assertThat(verdicts.get(Verdict.Kind.LINEARIZABLE)).isGreaterThan(300);
        assertThat(verdicts.get(Verdict.Kind.VIOLATED)).isGreaterThan(300);
    }

    @Test
    void shouldDecideLongHistoriesOfManyClients() {
        for (int seed = 0; seed < 5; seed++) {
            List<Operation<Call, Long>> history = Registers.noticed(simulated(new Random(seed), 20_000, 8));
            Verdict good = Linearizability.check(new Registers(), history, STEPS);
            assertThat(good.kind()).as("seed %d: %s", seed, good).isEqualTo(Verdict.Kind.LINEARIZABLE);

            Verdict bad = Linearizability.check(new Registers(), withOneStaleRead(history), STEPS);
            assertThat(bad.kind()).as("seed %d: %s", seed, bad).isEqualTo(Verdict.Kind.VIOLATED);
        }
    }

    /** Up to seven calls on one register, with any times and any answers. */
    private static List<Operation<Call, Long>> guessed(Random random) {
        int count = 2 + random.nextInt(6);
        int writes = 1 + random.nextInt(count);
        List<Operation<Call, Long>> history = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long invokeNs = random.nextInt(20);
            long returnNs = invokeNs + 1 + random.nextInt(6);
            boolean write = i < writes;
            Call call = write ? new Write("a", i + 1) : new Read("a");
            long answer = write ? i + 1 : random.nextInt(writes + 1);
            history.add(
                    random.nextInt(5) == 0
                            ? Operation.unanswered("c" + i, call, invokeNs)
                            : Operation.answered("c" + i, call, answer, invokeNs, returnNs));
        }
        return history;
    }

    /** Tries every operation that no other one precedes, and leaves unanswered ones out as well. */
    private static boolean anyOrder(List<Operation<Call, Long>> left, long state) {
        if (left.stream().noneMatch(Operation::known)) {
            return true;
        }
        for (Operation<Call, Long> first : left) {
            boolean preceded = left.stream().anyMatch(other -> other.returnNs() < first.invokeNs());
            Optional<Long> after = new Registers().step(state, first.input(), first.output());
            if (!preceded && after.isPresent()) {
                List<Operation<Call, Long>> rest = new ArrayList<>(left);
                rest.remove(first);
                if (anyOrder(rest, after.get())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a linearizable register answers to clients that call one after the other; some answers are lost. */
    private static List<Operation<Call, Long>> simulated(Random random, int count, int clients) {
        List<Operation<Call, Long>> history = new ArrayList<>();
        long[] freeNs = new long[clients];
        long nowNs = 0;
        long value = Registers.INITIAL;
        for (int i = 1; i <= count; i++) {
            int client = random.nextInt(clients);
            // The moment of effect moves on with each operation; call and return lie around it.
            nowNs = Math.max(nowNs + 1 + random.nextInt(10), freeNs[client] + 1);
            long invokeNs = Math.max(freeNs[client], nowNs - random.nextInt(40));
            long returnNs = nowNs + random.nextInt(40);
            freeNs[client] = returnNs + 1;
            Call call = random.nextBoolean() ? new Write("a", i) : new Read("a");
            boolean lost = random.nextInt(100) == 0;
            boolean effect = !lost || random.nextBoolean();
            if (call instanceof Write write && effect) {
                value = write.value();
            }
            history.add(
                    lost
                            ? Operation.unanswered("c" + client, call, invokeNs)
                            : Operation.answered("c" + client, call, value, invokeNs, returnNs));
        }
        return history;
    }

    /** Of the last read, replaced by the answer of the first that saw something else, long before. */
    private static List<Operation<Call, Long>> withOneStaleRead(List<Operation<Call, Long>> history) {
        List<Operation<Call, Long>> reads = history.stream()
                .filter(operation -> operation.input() instanceof Read && operation.known())
                .toList();
        Operation<Call, Long> last = reads.getLast();
        List<Operation<Call, Long>> stale = new ArrayList<>(history);
        stale.remove(last);
        stale.add(new Operation<>(
                last.client(), last.input(), reads.getFirst().output(), last.invokeNs(), last.returnNs()));
        return stale;
    }
}
