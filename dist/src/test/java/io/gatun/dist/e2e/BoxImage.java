package io.gatun.dist.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** An image made of this machine's busybox, as {@code docker save} writes one. */
final class BoxImage {
    private static final List<String> COMMANDS = List.of("sh", "httpd", "echo", "cat", "sleep", "hostname", "ls");

    private BoxImage() {}

    /** Writes {@code box.tar} into a directory; its name is {@code box}, its command serves a page on port 8000. */
    static Path save(Path directory) {
        try {
            Path work = Files.createTempDirectory(directory, "work");
            tree(work.resolve("root"));
            tar(work.resolve("layer.tar"), work.resolve("root"), ".");
            Files.writeString(work.resolve("config.json"), """
                    {"architecture":"amd64","os":"linux",
                     "config":{"Env":["PATH=/bin","FROM_IMAGE=yes"],"WorkingDir":"/srv",
                               "Entrypoint":["/bin/sh","-c"],
                               "Cmd":["echo from image $FROM_IMAGE > index.html; exec httpd -f -p 8000"]},
                     "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
                    """.formatted(sha256(work.resolve("layer.tar"))));
            Files.writeString(
                    work.resolve("manifest.json"),
                    "[{\"Config\":\"config.json\",\"RepoTags\":[\"box:latest\"],\"Layers\":[\"layer.tar\"]}]");
            Path archive = directory.resolve("box.tar");
            tar(archive, work, "manifest.json", "config.json", "layer.tar");
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tree(Path root) throws IOException {
        List<Path> files = new ArrayList<>(List.of(Path.of("/bin/busybox").toRealPath()));
        String libraries = Place.here().run("ldd", "/bin/busybox");
        Stream.of(libraries.split("\\s+"))
                .filter(word -> word.startsWith("/"))
                .forEach(word -> files.add(Path.of(word)));
        for (Path file : files) {
            String name = file.equals(files.getFirst())
                    ? "bin/busybox"
                    : file.toString().substring(1);
            Files.createDirectories(root.resolve(name).getParent());
            Files.copy(file, root.resolve(name));
        }
        for (String command : COMMANDS) {
            Files.createSymbolicLink(root.resolve("bin").resolve(command), Path.of("busybox"));
        }
        Files.createDirectories(root.resolve("srv"));
        Files.createDirectories(root.resolve("tmp"));
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
    }

    private static void tar(Path archive, Path directory, String... members) {
        List<String> command = new ArrayList<>(List.of(
                "tar",
                "-C",
                directory.toString(),
                "--owner=0",
                "--group=0",
                "--numeric-owner",
                "-cf",
                archive.toString()));
        command.addAll(List.of(members));
        Place.here().run(command.toArray(String[]::new));
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
