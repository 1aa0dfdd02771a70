package io.gatun.containerizer.docker;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** An engine for all tests of a class, and a containerizer on it for each. */
@Tag("cluster")
abstract class DockerEngineTest {
    @TempDir
    static Path engineDirectory;

    static Dockerd dockerd;

    @TempDir
    Path directory;

    DockerRig rig;

    @BeforeAll
    static void startEngine() throws IOException {
        dockerd = Dockerd.start(engineDirectory);
    }

    @AfterAll
    static void stopEngine() {
        if (dockerd != null) {
            dockerd.close();
            dockerd = null;
        }
    }

    @BeforeEach
    void open() {
        rig = new DockerRig(directory, dockerd);
    }

    @AfterEach
    void close() {
        rig.close();
    }
}
