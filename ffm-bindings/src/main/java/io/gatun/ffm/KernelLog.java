package io.gatun.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel printed; /dev/kmsg, Documentation/ABI/testing/dev-kmsg. A record a read, as
 * {@code priority,sequence,microseconds,flags;text}, in which control characters are written as {@code \xNN}.
 */
public final class KernelLog {
    private static final Path DEVICE = Path.of("/dev/kmsg");
    private static final int O_NONBLOCK = 0x800;
    /** PRINTK_MESSAGE_MAX, kernel/printk/internal.h: the kernel refuses a smaller buffer with EINVAL when it needs it. */
    private static final int RECORD_BYTES = 8192;
    /** Far above what the largest ring holds: a kernel that prints faster than this reads must not keep it here. */
    private static final int MAX_RECORDS = 200_000;

    private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-f]{2})");

    private KernelLog() {}

    /**
     * All lines that the kernel still has, oldest first, without their heads. Any thread; does not wait.
     *
     * @throws SyscallException ENOENT (no such device here), EPERM and EACCES (kernel.dmesg_restrict), EIO
     */
    public static List<String> lines() {
        List<String> lines = new ArrayList<>();
        try (OwnedFd device = Fd.open(DEVICE, Fd.O_RDONLY | O_NONBLOCK, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(RECORD_BYTES);
            for (int i = 0; i < MAX_RECORDS; i++) {
                long n = Syscall.READ.invoke(device.fd(), buffer.address(), RECORD_BYTES);
                // EPIPE: what was to come next has been overwritten; reading goes on behind the gap.
                if (n == -Errno.EPIPE || n == -Errno.EINTR) {
                    continue;
                }
                if (n == -Errno.EAGAIN) {
                    break;
                }
                byte[] record = buffer.asSlice(0, Errno.check(n, "read", DEVICE))
                        .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
                text(new String(record, StandardCharsets.UTF_8)).lines().forEach(lines::add);
            }
        }
        return lines;
    }

    /** The message of a record: behind the head, before the lines of its dictionary, which start with a space. */
    static String text(String record) {
        int start = record.indexOf(';') + 1;
        int end = record.indexOf('\n', start);
        String escaped = record.substring(start, end < 0 ? record.length() : end);
        return ESCAPE.matcher(escaped)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }
}
