package io.gatun.marathon.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.marathon.Samples;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import io.gatun.mesos.v1.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
    private static final long OLD = 500;
    private static final long NEW = 1_000;

    private static Instance instance(String id, long versionMs, TaskState state, long stagedMs) {
        return new Instance(
                id,
                new AppId("/x"),
                new Timestamp(versionMs),
                "S0",
                "h",
                List.of(),
                state,
                false,
                stagedMs,
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of());
    }

    private static List<Instance> running(int count, long versionMs) {
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add(instance("i" + versionMs + "-" + i, versionMs, TaskState.TASK_RUNNING, i));
        }
        return instances;
    }

    private static AppSpec app(int instances, String more) {
        return Samples.app("{'id':'/x','cmd':'x','instances':" + instances + more + "}", NEW);
    }

    private static Decision scale(AppSpec app, List<Instance> instances) {
        return Decision.decide(Goal.scale(app), instances, 0);
    }

    @Test
    void shouldLaunchWhatIsMissingAndKeepOutdatedOnesWhenOnlyScaling() {
        Decision decision = scale(app(5, ""), running(2, OLD));
        assertThat(decision.launch()).isEqualTo(3);
        assertThat(decision.kill()).isEmpty();
        assertThat(decision.done()).isFalse();
    }

    @Test
    void shouldKillStagingOnesFirstThenTheYoungest() {
        List<Instance> instances = running(3, NEW);
        instances.add(instance("staging", NEW, TaskState.TASK_STAGING, 0));
        assertThat(scale(app(2, ""), instances).kill()).extracting(Instance::id).containsExactly("staging", "i1000-2");
        assertThat(scale(app(2, ",'killSelection':'OLDEST_FIRST'"), instances).kill())
                .extracting(Instance::id)
                .containsExactly("staging", "i1000-0");
    }

    @Test
    void shouldBeDoneOnlyWhenAllServe() {
        List<Instance> instances = running(1, NEW);
        instances.add(instance("staging", NEW, TaskState.TASK_STAGING, 0));
        assertThat(scale(app(2, ""), instances).done()).isFalse();
        assertThat(scale(app(2, ""), running(2, NEW)).done()).isTrue();
    }

    @Test
    void shouldKillEverythingOfAnAppThatIsGone() {
        Decision decision = Decision.decide(Goal.GONE, running(2, NEW), 0);
        assertThat(decision.kill()).hasSize(2);
        assertThat(decision.done()).isFalse();
        assertThat(Decision.decide(Goal.GONE, List.of(), 0).done()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // count, old, fresh, min, over -> launch, kill
        "3, 3, 0, 1.0, 1.0, 3, 0",
        "3, 3, 1, 1.0, 1.0, 2, 1",
        "3, 0, 3, 1.0, 1.0, 0, 0",
        "4, 4, 0, 0.5, 0.0, 0, 2",
        "4, 2, 0, 0.5, 0.0, 2, 0",
        "4, 4, 0, 0.0, 0.0, 0, 4",
        "3, 3, 0, 1.0, 0.0, 1, 0",
        "3, 3, 0, 0.9, 0.1, 1, 0",
        "10, 10, 0, 1.0, 0.2, 2, 0",
        "2, 5, 0, 1.0, 1.0, 0, 3",
    })
    void shouldStayWithinTheUpgradeStrategy(
            int count, int old, int fresh, double min, double over, int launch, int kill) {
        AppSpec app = app(
                count, ",'upgradeStrategy':{'minimumHealthCapacity':" + min + ",'maximumOverCapacity':" + over + "}");
        List<Instance> instances = running(old, OLD);
        instances.addAll(running(fresh, NEW));
        Decision decision = Decision.decide(Goal.replace(app), instances, 0);

        assertThat(decision.launch()).isEqualTo(launch);
        assertThat(decision.kill()).hasSize(kill).allMatch(instance -> instance.outdated(app));
        assertThat(decision.done()).isEqualTo(old == 0 && fresh == count);
    }

    @Test
    void shouldRetireOutdatedOnesThatDoNotServeAtOnce() {
        List<Instance> instances = running(2, OLD);
        instances.add(instance("stuck", OLD, TaskState.TASK_STAGING, 0));
        assertThat(Decision.decide(Goal.replace(app(3, "")), instances, 0).kill())
                .extracting(Instance::id)
                .containsExactly("stuck");
    }

    @Test
    void shouldAlwaysReachTheEndOfARollingReplacement() {
        for (double min : new double[] {0, 0.3, 0.5, 0.9, 1}) {
            for (double over : new double[] {0, 0.1, 0.5, 1}) {
                for (int count = 1; count <= 7; count++) {
                    replaceAll(
                            app(
                                    count,
                                    ",'upgradeStrategy':{'minimumHealthCapacity':" + min + ",'maximumOverCapacity':"
                                            + over + "}"),
                            count);
                }
            }
        }
    }

    /** Every launch runs and every kill ends before the next move; fails when no move is left before the end. */
    private static void replaceAll(AppSpec app, int count) {
        List<Instance> instances = running(count, OLD);
        int minHealthy = (int) Math.ceil(count * app.policy().upgrade().minimumHealthCapacity());
        for (int round = 0; round < 50; round++) {
            Decision decision = Decision.decide(Goal.replace(app), instances, 0);
            if (decision.done()) {
                assertThat(instances).hasSize(count).noneMatch(instance -> instance.outdated(app));
                return;
            }
            assertThat(decision.launch() + decision.kill().size())
                    .as("a move for " + app.policy().upgrade() + " of " + instances)
                    .isPositive();
            instances.removeAll(decision.kill());
            assertThat(instances.size()).isGreaterThanOrEqualTo(minHealthy);
            for (int i = 0; i < decision.launch(); i++) {
                instances.add(instance("n" + round + "-" + i, NEW, TaskState.TASK_RUNNING, round));
            }
        }
        throw new AssertionError("no end for " + app.policy().upgrade());
    }
}
