package io.gatun.dist;

import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where libraries put what they unpack and forget (Netty's native code, Chronicle's folders): below the work_dir, so that
 * even after kill -9 the next start removes it.
 */
public final class TemporaryFolder {
    private TemporaryFolder() {}

    /**
     * Makes {@code workDir/tmp} the JVM's folder for temporary files, empty. To be called before any library looks.
     *
     * @throws StartupException if it cannot be emptied or made.
     */
    public static void use(Path workDir) {
        Path folder = workDir.toAbsolutePath().resolve("tmp");
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> old = Files.walk(folder)) {
                    for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StartupException(
                    folder.toString(), "cannot be used (" + e + ")", "remove it or choose another --work_dir", e);
        }
        System.setProperty("java.io.tmpdir", folder.toString());
    }
}
