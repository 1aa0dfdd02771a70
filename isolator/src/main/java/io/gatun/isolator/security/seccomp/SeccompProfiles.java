package io.gatun.isolator.security.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The profiles of an agent: its own default and the files of a directory. Each is compiled once for a target; a file is
 * read at every use, so that a change of it counts from the next launch on. Any thread.
 */
public final class SeccompProfiles {
    /** What the built-in profile is called in messages and plans. */
    public static final String DEFAULT = "default";

    /** Profiles times sets of capabilities that are kept; operators have a few. */
    private static final int MAX_KEPT = 64;

    private static final String BUILT_IN = builtIn();

    private final Optional<Path> directory;
    private final ConcurrentMap<Key, SeccompFilter> compiled = new ConcurrentHashMap<>();

    private record Key(String name, String json, SeccompTarget target) {}

    /**
     * Profiles by name.
     *
     * @param directory where they are, {@code --seccomp_config_dir}; empty if only the built-in one is to be had
     */
    public SeccompProfiles(Optional<Path> directory) {
        this.directory = directory;
    }

    private static String builtIn() {
        try (InputStream in = SeccompProfiles.class.getResourceAsStream("default.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("default.json", e);
        }
    }

    /** The filter of the built-in profile. */
    public SeccompFilter standard(SeccompTarget target) {
        return filter(DEFAULT, BUILT_IN, target);
    }

    /**
     * The filter of a profile in the directory.
     *
     * @param name of a file there
     * @throws IllegalArgumentException when there is none, or it is no profile that a program can start under
     */
    public SeccompFilter named(String name, SeccompTarget target) {
        Path parent = directory.orElseThrow(() -> new IllegalArgumentException(
                "seccomp.profile_name=" + name + ": needs the agent's --seccomp_config_dir"));
        Path file = parent.resolve(name).normalize();
        if (name.isEmpty() || !parent.normalize().equals(file.getParent())) {
            throw new IllegalArgumentException(
                    "seccomp.profile_name=" + name + ": must be the name of a file in " + parent);
        }
        try {
            return filter(name, Files.readString(file), target);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("seccomp.profile_name=" + name + ": is not in " + parent, e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "seccomp.profile_name=" + name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private SeccompFilter filter(String name, String json, SeccompTarget target) {
        Key key = new Key(name, json, target);
        SeccompFilter filter = compiled.get(key);
        if (filter == null) {
            filter = compile(name, json, target);
            if (compiled.size() >= MAX_KEPT) {
                compiled.clear();
            }
            compiled.put(key, filter);
        }
        return filter;
    }

    private static SeccompFilter compile(String name, String json, SeccompTarget target) {
        SeccompProfile profile = ProfileReader.read(name, json);
        if (!profile.stopped(target).isEmpty()) {
            throw new IllegalArgumentException("seccomp profile " + name + ": syscalls: must allow "
                    + profile.stopped(target) + ", without which no program starts");
        }
        return FilterCompiler.compile(name, profile, target);
    }
}
