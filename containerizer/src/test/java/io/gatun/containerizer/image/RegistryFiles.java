package io.gatun.containerizer.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** What Debian's docker-registry reads. */
public final class RegistryFiles {
    /** The one user of a closed registry, with the password. */
    public static final String USER = "me:pass";

    /** bcrypt of the password. */
    private static final String HTPASSWD = "me:$2y$05$abcdefghijklmnopqrstuuZFBUbfXoM8LFiPx8LYlO/sXZB/Cwk3K\n";

    private RegistryFiles() {}

    /**
     * Writes a configuration.
     *
     * @param name of the file and of the registry's own directory
     * @param closed whether only {@link #USER} may pull and push, by basic authentication
     */
    public static Path write(Path directory, String name, int port, boolean closed) throws IOException {
        Path users = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        return Files.writeString(
                directory.resolve(name + ".yml"),
                "version: 0.1\nstorage: {filesystem: {rootdirectory: " + directory.resolve(name)
                        + "}}\nhttp: {addr: '127.0.0.1:" + port + "'}\n"
                        + (closed ? "auth: {htpasswd: {realm: test, path: " + users + "}}\n" : ""));
    }

    /** A config.json of Docker's for one registry. */
    public static String credentials(String registry, String userAndPassword) {
        String auth = Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
        return "{\"auths\": {\"" + registry + "\": {\"auth\": \"" + auth + "\"}}}";
    }
}
