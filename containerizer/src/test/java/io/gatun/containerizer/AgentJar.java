package io.gatun.containerizer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** What agents that are killed again and again are started from. */
final class AgentJar {
    private AgentJar() {}

    /** The command of a JVM with a class path, to which options, a class and arguments are added. */
    static List<String> command(Path jar) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                jar.toString());
    }

    /** All folders of the class path in one file: only from such can classes be archived, which halves a JVM's start. */
    static Path write(Path file) throws IOException {
        List<Path> parts = Stream.of(System.getProperty("java.class.path").split(":", -1))
                .map(Path::of)
                .filter(Files::exists)
                .toList();
        Set<String> names = new HashSet<>();
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
                    try (JarFile library = new JarFile(part.toFile())) {
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

    private static void add(JarOutputStream jar, Set<String> names, String name, byte[] content) throws IOException {
        if (!name.startsWith("META-INF/") && !name.endsWith("module-info.class") && names.add(name)) {
            jar.putNextEntry(new JarEntry(name));
            jar.write(content);
            jar.closeEntry();
        }
    }
}
