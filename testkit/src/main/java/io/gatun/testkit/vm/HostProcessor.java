package io.gatun.testkit.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * The processor of the host that a VM keeps to. User-mode Linux has one processor and is many processes, of which one runs
 * at a time: each system call and page fault of the guest goes from one to another and back. Where the host puts them on
 * different processors, each such step wakes one that idles, and what the guest does takes twice as long.
 */
final class HostProcessor {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";
    /** VMs side by side are on different processors; those of other JVMs, too, as likely as not. */
    private static final AtomicLong TURN =
            new AtomicLong(ProcessHandle.current().pid());

    private HostProcessor() {}

    /** Returns the number of the processor that the next VM is to keep to, of those that this process may use. */
    static int next() {
        try {
            List<Integer> allowed = allowed(Files.readAllLines(STATUS));
            return allowed.get((int) (TURN.getAndIncrement() % allowed.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + STATUS, e);
        }
    }

    /** The processors that {@code /proc/PID/status} names, proc(5): single ones and ranges, in the List Format of cpuset(7). */
    static List<Integer> allowed(List<String> status) {
        String list = status.stream()
                .filter(line -> line.startsWith(ALLOWED))
                .map(line -> line.substring(ALLOWED.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(STATUS + ": no line " + ALLOWED));
        return Arrays.stream(list.split(",", -1))
                .flatMapToInt(HostProcessor::range)
                .boxed()
                .toList();
    }

    private static IntStream range(String part) {
        int dash = part.indexOf('-');
        return dash < 0
                ? IntStream.of(Integer.parseInt(part))
                : IntStream.rangeClosed(
                        Integer.parseInt(part.substring(0, dash)), Integer.parseInt(part.substring(dash + 1)));
    }
}
