package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.Limits;
import io.gatun.testkit.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On cgroup v2, in the VM. */
@KernelTest
class UnifiedNestedKernelTest extends NestedContract {
    private static final Limits OUTER = new Limits(1, 256L << 20, 100);
    private static final Limits INNER = new Limits(0, 40L << 20, 12);

    @Test
    void shouldHoldANestedContainerToLimitsOfItsOwn() throws Exception {
        Container parent =
                rig.launch(rig.shell("parent", OUTER, "sleep 300 & while [ ! -e end ]; do sleep 0.05; done; exit 3"));
        rig.launch(rig.shell("parent.free", Limits.NONE, "sleep 300"));
        Termination eaten = rig.run(rig.config("parent.hog", INNER, "tail", "/dev/zero"));
        assertThat(eaten.limitation()).as("%s", eaten).contains(Limitation.MEMORY);
        assertThat(eaten.message())
                .contains("requested 40.0 MiB")
                .containsPattern("tail was killed at .*limit 40960 kB");
        rig.launch(rig.shell("parent.forks", INNER, "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do sleep 300 & done"));
        Termination refused = rig.end("parent.forks");
        assertThat(refused.limitation()).as("%s", refused).contains(Limitation.PIDS);

        assertThat(cgroup(parent.pid())).endsWith("/parent/leaf");
        assertThat(rig.containerizer.usage("parent").processes())
                .as("its own and nested ones")
                .isGreaterThan(4);
        assertThat(rig.containerizer.containers())
                .extracting(Container::id)
                .containsExactlyInAnyOrder("parent", "parent.free");
        Files.writeString(directory.resolve("sandbox-parent/end"), "");
        Termination outer = rig.end("parent");
        assertThat(outer.exitStatus()).isEqualTo(3);
        assertThat(outer.limitation())
                .as("what its nested containers hit were not its limits")
                .isEmpty();
        rig.containerizer.remove("parent");
        rig.assertNothingLeft();
    }

    @Test
    void shouldHoldTheOuterToItsLimitsAfterItsProcessesWereMoved() {
        rig.launch(rig.shell(
                "parent", new Limits(1, 64L << 20, 100), "while [ ! -e go ]; do sleep 0.05; done; tail /dev/zero"));
        rig.launch(rig.shell("parent.a", INNER, "sleep 300"));
        go("parent");
        Termination outer = rig.end("parent");
        assertThat(outer.limitation()).as("%s", outer).contains(Limitation.MEMORY);
        assertThat(outer.message()).containsPattern("limit 65536 kB");
        rig.containerizer.remove("parent");
        rig.assertNothingLeft();
    }

    @Test
    void shouldGiveLimitsToANestedContainerThatRunsAndFindAllAgain() throws Exception {
        rig.launch(rig.shell("a", OUTER, "sleep 300"));
        rig.launch(rig.shell("a.b", Limits.NONE, "sleep 300"));
        rig.launch(rig.shell("a.b.c", Limits.NONE, "while [ ! -e go ]; do sleep 0.05; done; tail /dev/zero & wait"));
        rig.restart(Set.of("a"));
        rig.containerizer.update("a.b.c", INNER);
        rig.restart(Set.of("a"));
        assertThat(rig.containerizer.usage("a.b.c").memLimitBytes()).isEqualTo(40L << 20);
        rig.launch(rig.shell("a.late", Limits.NONE, "sleep 300"));
        go("a.b.c");
        Termination eaten = rig.end("a.b.c");
        assertThat(eaten.limitation()).as("%s", eaten).contains(Limitation.MEMORY);
        assertThat(eaten.signal()).as("all of it at once, by memory.oom.group").isEqualTo(9);
        assertThat(rig.containerizer.status("a.b").state()).isEqualTo(ContainerStatus.State.RUNNING);
        rig.containerizer.destroy("a").get(240, SECONDS);
        assertThat(rig.containerizer.termination("a.late")).isCompleted();
        rig.containerizer.remove("a");
        rig.assertNothingLeft();
    }

    private void go(String id) {
        try {
            Files.writeString(directory.resolve("sandbox-" + id + "/go"), "");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String cgroup(long pid) {
        Optional<String> text = Proc.read(Path.of("/proc/" + pid + "/cgroup"));
        return text.orElseThrow().strip();
    }
}
