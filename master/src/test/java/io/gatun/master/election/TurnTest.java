package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.election.Candidate.Standing;
import io.gatun.master.election.Turn.Action;
import io.gatun.master.election.Turn.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static final long PATIENCE_MS = 1_000;
    private static final Standing NO_LEADER = new Standing(true, false, 0, false, Long.MAX_VALUE);
    private static final Standing HEARD = new Standing(true, false, 0, true, 10);
    private static final Standing STOPPED = new Standing(true, false, 0, true, PATIENCE_MS);
    private static final Standing CUT_OFF = new Standing(true, false, 0, false, PATIENCE_MS / 2);
    private static final Standing LEADING = new Standing(true, true, 0, false, Long.MAX_VALUE);
    private static final Standing UNABLE = new Standing(false, false, 0, false, Long.MAX_VALUE);

    private final Turn turn = new Turn(PATIENCE_MS);
    private long nowMs = 5_000;

    @Test
    void shouldContendAndTryWhenItIsFirst() {
        assertThat(next(NO_LEADER, Seen.NOTHING)).isEqualTo(Action.STAND);
        assertThat(next(NO_LEADER, seen("me"))).isEqualTo(Action.CAMPAIGN);
        assertThat(next(NO_LEADER, seen("me"))).isEqualTo(Action.NONE);
    }

    @Test
    void shouldWaitBehindOthers() {
        assertThat(next(NO_LEADER, seen("a", "me"))).isEqualTo(Action.NONE);
        pass(10 * PATIENCE_MS);
        assertThat(next(NO_LEADER, seen("a", "me"))).isEqualTo(Action.NONE);
    }

    @Test
    void shouldLeaveTheLeaderTimeToContendAgain() {
        assertThat(next(HEARD, seen("me", "leader"))).isEqualTo(Action.NONE);
        pass(5 * PATIENCE_MS - 1);
        assertThat(next(HEARD, seen("me", "leader"))).isEqualTo(Action.NONE);
        pass(1);
        assertThat(next(HEARD, seen("me", "leader"))).isEqualTo(Action.CAMPAIGN);
    }

    /** Its session has expired, but it does not know yet, and still sees itself first: the next one leads by now. */
    @Test
    void shouldNotDeposeALeaderByWhatItCannotSeeAnyMore() {
        assertThat(turn.next(HEARD, seen("me", "leader"), false, false, nowMs)).isEqualTo(Action.NONE);
        pass(100 * PATIENCE_MS);
        assertThat(turn.next(HEARD, seen("me", "leader"), false, false, nowMs)).isEqualTo(Action.NONE);
        assertThat(turn.next(CUT_OFF, seen("me", "leader"), false, false, nowMs))
                .isEqualTo(Action.CAMPAIGN);
    }

    @Test
    void shouldNotWaitForALeaderThatIsGone() {
        next(HEARD, seen("leader", "me"));
        assertThat(next(CUT_OFF, seen("me"))).isEqualTo(Action.CAMPAIGN);
    }

    @Test
    void shouldSucceedTheFirstWhenThatWasTheLeaderAndIsSilent() {
        assertThat(next(HEARD, seen("leader", "me"))).isEqualTo(Action.NONE);
        assertThat(next(STOPPED, seen("leader", "me"))).isEqualTo(Action.CAMPAIGN);
    }

    @Test
    void shouldSucceedALeaderThatIsNotConnectedInHalfTheTime() {
        next(HEARD, seen("leader", "me"));
        Standing justGone = new Standing(true, false, 0, false, PATIENCE_MS / 2 - 1);
        assertThat(next(justGone, seen("leader", "me"))).isEqualTo(Action.NONE);
        assertThat(next(CUT_OFF, seen("leader", "me"))).isEqualTo(Action.CAMPAIGN);
    }

    @Test
    void shouldNotOvertakeAFirstThatWasNotTheLeader() {
        next(HEARD, seen("leader", "b", "me"));
        assertThat(next(STOPPED, seen("b", "me"))).isEqualTo(Action.NONE);
        assertThat(next(STOPPED, seen("leader", "b", "me"))).isEqualTo(Action.NONE);
    }

    @Test
    void shouldLetGoWhenItGetsNowhereAndComeBackLater() {
        next(NO_LEADER, seen("me", "b"));
        pass(PATIENCE_MS);
        assertThat(next(NO_LEADER, seen("me", "b"))).isEqualTo(Action.LET_GO);
        Seen without = new Seen(List.of("b"), null);
        assertThat(next(NO_LEADER, without)).isEqualTo(Action.NONE);
        pass(200);
        assertThat(next(NO_LEADER, without)).isEqualTo(Action.STAND);
        assertThat(next(NO_LEADER, seen("b", "me"))).isEqualTo(Action.NONE);
    }

    @Test
    void shouldGoOnTryingWhileItGetsOn() {
        next(NO_LEADER, seen("me"));
        for (long progress = 1; progress < 10; progress++) {
            pass(PATIENCE_MS - 1);
            assertThat(next(new Standing(true, false, progress, false, Long.MAX_VALUE), seen("me")))
                    .isEqualTo(Action.NONE);
        }
    }

    @Test
    void shouldStopTryingWhenAnotherIsFirst() {
        next(NO_LEADER, seen("me"));
        assertThat(next(NO_LEADER, seen("a", "me"))).isEqualTo(Action.GIVE_UP);
        assertThat(next(NO_LEADER, seen("a", "me"))).isEqualTo(Action.NONE);
    }

    @Test
    void shouldGoOnLeadingWhateverZooKeeperSays() {
        assertThat(next(LEADING, seen("me", "b"))).isEqualTo(Action.NONE);
        assertThat(next(LEADING, seen("b", "me"))).isEqualTo(Action.CLEAR);
        assertThat(next(LEADING, Seen.NOTHING)).isEqualTo(Action.STAND);
        assertThat(turn.next(LEADING, seen("b", "me"), false, false, nowMs)).isEqualTo(Action.NONE);
        assertThat(turn.next(LEADING, Seen.NOTHING, false, false, nowMs)).isEqualTo(Action.NONE);
    }

    @Test
    void shouldHaveNoZnodeWhileItCannotLead() {
        assertThat(next(UNABLE, Seen.NOTHING)).isEqualTo(Action.NONE);
        assertThat(next(UNABLE, seen("me"))).isEqualTo(Action.WITHDRAW);
        next(NO_LEADER, seen("me"));
        assertThat(next(UNABLE, seen("me"))).isEqualTo(Action.LET_GO);
    }

    @Test
    void shouldHandOverWhenItShouldNotLeadAnyMore() {
        Standing full = new Standing(false, true, 0, false, Long.MAX_VALUE);
        assertThat(next(full, seen("me", "b"))).isEqualTo(Action.LET_GO);
        assertThat(next(UNABLE, seen("me", "b"))).isEqualTo(Action.WITHDRAW);
        assertThat(next(UNABLE, new Seen(List.of("b"), null))).isEqualTo(Action.NONE);
    }

    private Action next(Standing standing, Seen seen) {
        return turn.next(standing, seen, true, true, nowMs);
    }

    private void pass(long ms) {
        nowMs += ms;
    }

    private static Seen seen(String... nodes) {
        return new Seen(List.of(nodes), "me");
    }
}
