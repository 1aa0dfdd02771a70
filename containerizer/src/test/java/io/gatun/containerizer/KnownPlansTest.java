package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Arch;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownPlansTest {
    private static final int MOST = 32;
    private static final Isolators ISOLATORS = Isolators.standard();
    private static final Host HOST = new Host(
            Arch.current(),
            0,
            0,
            EnumSet.of(Namespace.PID, Namespace.MOUNT, Namespace.IPC, Namespace.UTS, Namespace.CGROUP),
            true,
            new CgroupHost("gatun", Optional.of(Path.of("/cg")), Set.of("cpu", "memory", "pids"), Map.of(), true));

    private final KnownPlans plans = new KnownPlans(ISOLATORS);

    private static LaunchContext launch(String id, int pids, Optional<Identity> who) {
        Path sandbox = Path.of("/sandboxes/" + id);
        ContainerConfig config = new ContainerConfig(
                id,
                List.of("/bin/true", id),
                Map.of("ID", id),
                sandbox,
                Optional.empty(),
                new Limits(0, 0, pids),
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
        return new LaunchContext(config, HOST, who, Path.of("/run/" + id));
    }

    private static LaunchContext launch(String id, int pids) {
        return launch(id, pids, Optional.empty());
    }

    @Test
    void shouldKnowAKindOnceASecondOfItWasPlanned() {
        plans.planned(launch("a", 1));
        assertThat(plans.find(launch("b", 1).config())).isEmpty();
        plans.planned(launch("b", 1));
        LaunchContext third = launch("c", 1);
        KnownPlans.Known kind = plans.find(third.config()).orElseThrow();
        assertThat(plans.find(launch("c", 2).config())).isEmpty();
        KnownPlans.Ready ready = plans.ready(kind, third).orElseThrow();
        LaunchPlan direct = ISOLATORS.plan(third);
        assertThat(ready.plan().agent(ready.names())).isEqualTo(direct.agent()).isNotEmpty();
        assertThat(ready.plan().cgroup(ready.names()))
                .isEqualTo(direct.cgroup())
                .isPresent();
        assertThat(ready.plan().task().with(ready.names()).table().records().stream()
                        .map(ready.names()::fill)
                        .toList())
                .isEqualTo(direct.taskTable().records());
        KnownPlans.Ready alone = KnownPlans.Ready.of(direct);
        assertThat(ready.plan().task().with(ready.names()).size())
                .isEqualTo(alone.plan().task().with(alone.names()).size());
    }

    @Test
    void shouldKnowKindsThatComeInTurn() {
        for (String round : List.of("a", "b")) {
            for (int kind = 1; kind <= 3; kind++) {
                plans.planned(launch(round + kind, kind));
            }
        }
        for (int kind = 1; kind <= 3; kind++) {
            assertThat(plans.find(launch("c", kind).config())).isPresent();
        }
    }

    @Test
    void shouldPlanAnewForAnotherUser() {
        Optional<Identity> who = Optional.of(new Identity(33, 33, List.of(33)));
        plans.planned(launch("a", 1));
        plans.planned(launch("b", 1));
        LaunchContext changed = launch("c", 1, who);
        assertThat(plans.ready(plans.find(changed.config()).orElseThrow(), changed))
                .isEmpty();
        plans.planned(changed);
        plans.planned(launch("d", 1, who));
        LaunchContext next = launch("e", 1, who);
        assertThat(plans.ready(plans.find(next.config()).orElseThrow(), next)).isPresent();
    }

    @Test
    void shouldForgetTheKindThatWasMadeFirst() {
        for (int kind = 1; kind <= MOST + 1; kind++) {
            plans.planned(launch("a" + kind, kind));
            plans.planned(launch("b" + kind, kind));
        }
        assertThat(plans.find(launch("c", 1).config())).isEmpty();
        assertThat(plans.find(launch("c", 2).config())).isPresent();
        assertThat(plans.find(launch("c", MOST + 1).config())).isPresent();
    }
}
