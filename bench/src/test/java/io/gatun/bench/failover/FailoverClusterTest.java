package io.gatun.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.testkit.net.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole exercise, in namespaces of its own: leaders fall in every way there is, clients' calls are linearizable, every
 * task is accounted for. Figures are printed, none is asserted. {@code -Dgatun.failover.for=20mins} is the long form, {@code
 * -Dgatun.failover.seed=N} repeats an order of faults.
 */
@Tag("cluster")
class FailoverClusterTest {
    @Test
    void shouldLoseNothingWhateverHappensToTheLeader(@TempDir Path folder) throws Exception {
        NetworkNamespace.missing().ifPresent(Assumptions::abort);
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--"));
        command.addAll(Role.java("io.gatun.bench.Main"));
        command.addAll(List.of("failover", "--logs", folder.resolve("logs").toString()));
        command.addAll(List.of("--for", System.getProperty("gatun.failover.for", "80secs")));
        Optional.ofNullable(System.getProperty("gatun.failover.seed"))
                .ifPresent(seed -> command.addAll(List.of("--seed", seed)));
        int status;
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            status = namespace.start(output, command).waitFor();
        }
        String text = Files.readString(output);
        System.out.println(text);
        assertThat(status).as(text).isZero();
        assertThat(text).contains("LINEARIZABLE", "Every task is accounted for");
    }
}
