package io.gatun.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.groups.Tuple.tuple;

import io.gatun.testkit.history.Registers.Call;
import io.gatun.testkit.history.Registers.Read;
import io.gatun.testkit.history.Registers.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History<Call, Long> history = new History<>();

    @Test
    void shouldKeepWhatHadOrMayHaveHadAnEffect() {
        long beforeNs = System.nanoTime();
        history.invoke("a", new Write("k", 1)).ok(1L);
        history.invoke("b", new Write("k", 2)).failed();
        history.invoke("c", new Write("k", 3)).unknown();
        var open = history.invoke("d", new Write("k", 4));

        assertThat(history.operations())
                .extracting(Operation::client, Operation::known)
                .containsExactly(tuple("a", true), tuple("c", false), tuple("d", false));
        Operation<Call, Long> first = history.operations().getFirst();
        assertThat(first.invokeNs()).isBetween(beforeNs, first.returnNs());
        assertThat(first.returnNs()).isBetween(first.invokeNs(), System.nanoTime());
        open.ok(4L);
        assertThat(history.operations().getLast().known()).isTrue();
    }

    @Test
    void shouldRefuseASecondOutcome() {
        var call = history.invoke("a", new Read("k"));
        call.ok(0L);
        assertThatIllegalStateException().isThrownBy(call::unknown).withMessageContaining("Read[key=k]");
    }

    @Test
    void shouldRefuseValuesThatAreWrittenTwice() {
        history.invoke("a", new Write("k", 1)).ok(1L);
        history.invoke("a", new Write("l", 1)).ok(1L);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Registers.noticed(history.operations()))
                .withMessageContaining("value 1 is written twice");
    }

    @Test
    void shouldDropOnlyWhatNobodyNoticed() {
        history.invoke("a", new Write("k", 1)).unknown();
        history.invoke("a", new Write("k", 2)).unknown();
        history.invoke("a", new Read("k")).unknown();
        history.invoke("a", new Read("k")).ok(2L);
        assertThat(Registers.noticed(history.operations()))
                .extracting(Operation::input)
                .isEqualTo(List.of(new Write("k", 2), new Read("k")));
    }
}
