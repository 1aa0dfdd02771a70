package io.gatun.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.testkit.history.Registers.Call;
import io.gatun.testkit.history.Registers.Read;
import io.gatun.testkit.history.Registers.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static final long STEPS = 1_000_000;

    private final List<Operation<Call, Long>> operations = new ArrayList<>();

    @Test
    void shouldAcceptNothing() {
        assertThat(kind()).isEqualTo(Verdict.Kind.LINEARIZABLE);
    }

    @Test
    void shouldAcceptOneAfterTheOther() {
        read("a", 0, 0, 1);
        write("a", 1, 2, 3);
        read("a", 1, 4, 5);
        write("a", 2, 6, 7);
        read("a", 2, 8, 9);
        assertThat(kind()).isEqualTo(Verdict.Kind.LINEARIZABLE);
    }

    @Test
    void shouldLetConcurrentReadsSeeEitherSideOfAWrite() {
        write("a", 1, 0, 10);
        read("a", 0, 1, 2);
        read("a", 1, 3, 4);
        read("a", 1, 5, 6);
        assertThat(kind()).isEqualTo(Verdict.Kind.LINEARIZABLE);
    }

    @Test
    void shouldRefuseToGoBackDuringAWrite() {
        write("a", 1, 0, 10);
        read("a", 1, 1, 2);
        read("a", 0, 3, 4);
        assertThat(kind()).isEqualTo(Verdict.Kind.VIOLATED);
    }

    @Test
    void shouldFindALostAcknowledgedWrite() {
        write("a", 1, 0, 1);
        write("a", 2, 2, 3);
        read("a", 1, 4, 5);
        Verdict verdict = verdict();
        assertThat(verdict.kind()).isEqualTo(Verdict.Kind.VIOLATED);
        assertThat(verdict.evidence()).contains("Write[key=a, value=2]", "no place", "Read[key=a] -> 1");
    }

    @Test
    void shouldFindAStaleReadOfAnOldLeader() {
        write("a", 1, 0, 1);
        write("a", 2, 2, 10);
        read("a", 2, 3, 4); // of the new leader
        read("a", 1, 5, 6); // of the old one, which does not know yet
        write("a", 3, 11, 12);
        assertThat(kind()).isEqualTo(Verdict.Kind.VIOLATED);
    }

    @Test
    void shouldFindTwoLeadersThatBothAcknowledge() {
        write("a", 1, 0, 5);
        write("a", 2, 1, 6);
        read("a", 1, 7, 8);
        read("a", 2, 9, 10);
        read("a", 1, 11, 12);
        assertThat(kind()).isEqualTo(Verdict.Kind.VIOLATED);
    }

    @Test
    void shouldFindAValueThatNobodyWrote() {
        read("a", 7, 0, 1);
        assertThat(kind()).isEqualTo(Verdict.Kind.VIOLATED);
    }

    @Test
    void shouldLetAnUnansweredWriteHappenLate() {
        operations.add(Operation.unanswered("x", new Write("a", 1), 0));
        read("a", 0, 10, 11);
        write("a", 2, 12, 13);
        read("a", 2, 14, 15);
        read("a", 1, 20, 21);
        assertThat(kind()).isEqualTo(Verdict.Kind.LINEARIZABLE);
    }

    @Test
    void shouldLetAnUnansweredWriteNeverHappen() {
        operations.add(Operation.unanswered("x", new Write("a", 1), 0));
        read("a", 0, 10, 11);
        write("a", 2, 12, 13);
        read("a", 2, 14, 15);
        assertThat(kind()).isEqualTo(Verdict.Kind.LINEARIZABLE);
    }

    @Test
    void shouldNotLetAnUnansweredWriteHappenTwice() {
        operations.add(Operation.unanswered("x", new Write("a", 1), 0));
        read("a", 1, 10, 11);
        write("a", 2, 12, 13);
        read("a", 2, 14, 15);
        read("a", 1, 16, 17);
        assertThat(kind()).isEqualTo(Verdict.Kind.VIOLATED);
    }

    @Test
    void shouldNotLetAnUnansweredWriteHappenBeforeItsCall() {
        read("a", 1, 0, 1);
        operations.add(Operation.unanswered("x", new Write("a", 1), 2));
        assertThat(kind()).isEqualTo(Verdict.Kind.VIOLATED);
    }

    @Test
    void shouldCountEqualTimesAsConcurrent() {
        write("a", 1, 0, 5);
        read("a", 0, 5, 6);
        assertThat(kind()).isEqualTo(Verdict.Kind.LINEARIZABLE);
    }

    @Test
    void shouldCheckEachKeyApart() {
        write("a", 1, 0, 1);
        write("b", 2, 2, 3);
        read("a", 1, 4, 5);
        read("b", 2, 6, 7);
        assertThat(kind()).isEqualTo(Verdict.Kind.LINEARIZABLE);
        read("b", 1, 8, 9);
        assertThat(kind()).isEqualTo(Verdict.Kind.VIOLATED);
    }

    @Test
    void shouldSayWhenItDoesNotKnow() {
        write("a", 1, 0, 1);
        read("a", 1, 2, 3);
        assertThat(Linearizability.check(new Registers(), operations, 1).kind()).isEqualTo(Verdict.Kind.UNDECIDED);
    }

    private Verdict.Kind kind() {
        return verdict().kind();
    }

    private Verdict verdict() {
        Verdict all = Linearizability.check(new Registers(), operations, STEPS);
        assertThat(Linearizability.check(new Registers(), Registers.noticed(operations), STEPS)
                        .kind())
                .as("without what nobody noticed")
                .isEqualTo(all.kind());
        return all;
    }

    private void read(String key, long value, long invokeNs, long returnNs) {
        operations.add(Operation.answered("r", new Read(key), value, invokeNs, returnNs));
    }

    private void write(String key, long value, long invokeNs, long returnNs) {
        operations.add(Operation.answered("w", new Write(key, value), value, invokeNs, returnNs));
    }
}
