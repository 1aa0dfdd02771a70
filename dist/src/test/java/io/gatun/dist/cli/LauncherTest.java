package io.gatun.dist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code gatun} script, with a Maven that only notes that it was called. */
@Timeout(300)
class LauncherTest {
    private static final int ROLES = 4;
    private static final Path SCRIPT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("gatun");

    @TempDir
    Path project;

    @Test
    void shouldBuildOnceForRolesThatAreStartedSideBySide() throws Exception {
        Files.copy(SCRIPT, project.resolve("gatun"));
        Files.createFile(project.resolve("pom.xml"));
        Path builds = project.resolve("builds");
        Path maven = Files.createDirectories(project.resolve("maven/bin")).resolve("mvn");
        Files.writeString(maven, """
                #!/bin/sh
                echo built >> %s
                sleep 1
                mkdir -p dist/target/dist
                """.formatted(builds));
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwx------"));

        List<Process> roles = new ArrayList<>();
        for (int i = 0; i < ROLES; i++) {
            roles.add(build());
        }
        for (Process role : roles) {
            assertThat(role.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(role.exitValue()).isZero();
        }
        assertThat(Files.readAllLines(builds)).containsExactly("built");

        Files.writeString(project.resolve("pom.xml"), "changed");
        assertThat(build().waitFor()).isZero();
        assertThat(Files.readAllLines(builds)).hasSize(2);
    }

    private Process build() throws IOException {
        ProcessBuilder build = new ProcessBuilder("sh", project.resolve("gatun").toString(), "build");
        build.environment().put("MAVEN_HOME", project.resolve("maven").toString());
        build.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return build.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        project.resolve("output").toFile()))
                .start();
    }
}
