package io.gatun.ipvs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One kernel setting under /proc/sys that is ours while we run.
 *
 * <p>{@code net.ipv4.vs.expire_nodest_conn} (Documentation/networking/ipvs-sysctl.rst): 1 makes connections to a removed
 * backend fail at the next packet, instead of hanging until they time out. A process that is killed leaves it set.
 */
final class Sysctl implements AutoCloseable {
    static final Path EXPIRE_NODEST_CONN = Path.of("/proc/sys/net/ipv4/vs/expire_nodest_conn");

    private final Path path;
    private final Optional<String> before;

    private Sysctl(Path path, Optional<String> before) {
        this.path = path;
        this.before = before;
    }

    /**
     * Sets it, remembering what it was.
     *
     * @throws IOException naming the file; containers often mount /proc/sys read-only
     */
    static Sysctl set(Path path, String value) throws IOException {
        String old = Files.readString(path, StandardCharsets.US_ASCII).strip();
        if (old.equals(value)) {
            return new Sysctl(path, Optional.empty());
        }
        Files.writeString(path, value, StandardCharsets.US_ASCII);
        return new Sysctl(path, Optional.of(old));
    }

    /** Sets it back, if {@link #set} changed it. */
    @Override
    public void close() throws IOException {
        if (before.isPresent()) {
            Files.writeString(path, before.get(), StandardCharsets.US_ASCII);
        }
    }
}
