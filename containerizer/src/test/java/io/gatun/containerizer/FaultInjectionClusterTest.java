package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.process.Credentials;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed at every system call by which it, or its child, changes something during a launch and a destroy.
 * The next agent finds the container that has to run on, and nothing of the other one.
 */
@Tag("cluster")
@Timeout(3_600)
class FaultInjectionClusterTest {
    private static final int KILLS = 300;
    private static final long TIMEOUT_S = 3_000;

    @TempDir
    Path directory;

    @BeforeAll
    static void requireTools() {
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        for (String tool : List.of("/usr/bin/strace", "/usr/bin/unshare", "/usr/sbin/nft", "/usr/sbin/ip")) {
            assumeTrue(Files.isExecutable(Path.of(tool)), tool + " is missing");
        }
    }

    @Test
    void shouldLeaveNothingAndLoseNothingWhereverTheAgentIsKilled() throws Exception {
        Path jar = jar(directory.resolve("agent.jar"));
        Map<FaultScenario, Process> chains = new LinkedHashMap<>();
        try {
            for (FaultScenario scenario : FaultScenario.values()) {
                chains.put(scenario, start(scenario, jar));
            }
            int kills = 0;
            for (FaultScenario scenario : chains.keySet()) {
                assertThat(chains.get(scenario).waitFor(TIMEOUT_S, TimeUnit.SECONDS))
                        .as("%s ends in time", scenario)
                        .isTrue();
                List<String> result =
                        Files.readAllLines(directory.resolve(scenario.name()).resolve("result"));
                assertThat(result).as("%s", scenario).last().isEqualTo("done");
                kills += (int)
                        result.stream().filter(line -> line.endsWith(" killed")).count();
            }
            assertThat(kills).isGreaterThanOrEqualTo(KILLS);
        } finally {
            // The first process of a pid namespace takes all others of it along.
            chains.values().forEach(chain -> chain.descendants().forEach(ProcessHandle::destroyForcibly));
            chains.values().forEach(Process::destroyForcibly);
        }
    }

    private Process start(FaultScenario scenario, Path jar) throws IOException {
        Path own = Files.createDirectory(directory.resolve(scenario.name()));
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                jar.toString());
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--fork",
                "--pid",
                "--kill-child",
                "--mount",
                "--mount-proc",
                "--net",
                // The shell is the namespace's process 1 and reaps what the agents leave.
                "sh",
                "-c",
                "ip link set lo up; \"$@\"; exit $?",
                "sh"));
        command.addAll(java);
        command.addAll(List.of(FaultChain.class.getName(), own.toString(), scenario.name()));
        command.addAll(java);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(own.resolve("chain.log").toFile())
                .start();
    }

    /** All folders of the class path in one file: only from such can classes be archived, which halves a JVM's start. */
    private static Path jar(Path file) throws IOException {
        List<Path> parts = Stream.of(System.getProperty("java.class.path").split(":", -1))
                .map(Path::of)
                .filter(Files::exists)
                .toList();
        java.util.Set<String> names = new java.util.HashSet<>();
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            for (Path part : parts) {
                if (Files.isDirectory(part)) {
                    try (Stream<Path> files = Files.walk(part)) {
                        for (Path source : files.filter(Files::isRegularFile).toList()) {
                            add(jar, names, part.relativize(source).toString(), Files.readAllBytes(source));
                        }
                    }
                } else {
                    try (java.util.jar.JarFile library = new java.util.jar.JarFile(part.toFile())) {
                        for (JarEntry entry :
                                library.stream().filter(e -> !e.isDirectory()).toList()) {
                            add(
                                    jar,
                                    names,
                                    entry.getName(),
                                    library.getInputStream(entry).readAllBytes());
                        }
                    }
                }
            }
        }
        return file;
    }

    private static void add(JarOutputStream jar, java.util.Set<String> names, String name, byte[] content)
            throws IOException {
        if (!name.startsWith("META-INF/") && !name.endsWith("module-info.class") && names.add(name)) {
            jar.putNextEntry(new JarEntry(name));
            jar.write(content);
            jar.closeEntry();
        }
    }
}
