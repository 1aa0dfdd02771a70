package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.master.log.Recovered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full is told by an IOException, and the process goes on: mapped memory has its blocks already. */
@Tag("cluster")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JournalFullDiskTest {
    /** Room for the first generation and two of 32 MiB: each next one is made while the one before is written to. */
    private static final int DISK_BYTES = 80 << 20;

    @TempDir
    Path temp;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "gatun-test", disk.toString()) == 0,
                "mounting a tmpfs needs root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    @Test
    void shouldFailOnceAndKeepWhatWasForced() throws Exception {
        Path directory = disk.resolve("j");
        String text = "x".repeat(64 << 10);
        long forced = 0;
        String failure = null;
        try (JournalDriver driver = JournalDriver.formed(directory)) {
            while (failure == null) {
                driver.entry(forced + 1, 0x10001, text);
                try {
                    driver.force();
                    forced++;
                } catch (IllegalStateException e) {
                    failure = driver.failure();
                }
            }
            assertThat(failure).contains(directory.toString()).containsIgnoringCase("no space left");
            // Nothing more is written, and nothing ends the process.
            driver.entry(forced + 2, 0x10001, text);
        }
        assertThat(forced).isGreaterThan(10);
        Recovered recovered = JournalDriver.recover(directory);
        assertThat(recovered.log().last()).isGreaterThanOrEqualTo(forced);
        assertThat(JournalDriver.text(recovered.log(), forced)).isEqualTo(text);
    }

    @Test
    void shouldRefuseToStartOnAFullDisk() throws Exception {
        Files.write(disk.resolve("ballast"), new byte[DISK_BYTES - (100 << 10)]);
        try (OpenedJournal opened = JournalFiles.open(disk.resolve("j"))) {
            opened.form(1, JournalDriver.THREE);
            assertThatThrownBy(() -> new JournalDriver(opened))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
