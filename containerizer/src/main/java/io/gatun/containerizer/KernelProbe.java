package io.gatun.containerizer;

import io.gatun.isolator.security.KernelRights;
import io.gatun.isolator.security.SecurityPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel here knows of rights, and which of them this process has: proc(5). */
public final class KernelProbe {
    private static final int MAX_BYTES = 1 << 14;

    private KernelProbe() {}

    /** Reads it. */
    public static KernelRights rights() {
        return KernelRights.parse(
                text("/proc/sys/kernel/osrelease"), text("/proc/sys/kernel/cap_last_cap"), text("/proc/self/status"));
    }

    /** The policy of an agent here that was told nothing. */
    public static SecurityPolicy policy() {
        return SecurityPolicy.standard(rights());
    }

    private static String text(String file) {
        // In one piece: a number of sysctl(8) is at its end after the first read, however short that was.
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }
}
