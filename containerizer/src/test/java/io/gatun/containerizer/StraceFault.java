package io.gatun.containerizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** strace(1) on one thread of the agent: it writes down the calls that change something, or kills the agent at one. */
final class StraceFault {
    /** What only looks, or concerns nothing but the JVM's own memory and threads. */
    private static final List<String> HARMLESS = List.of(
            "futex",
            "mmap",
            "munmap",
            "mprotect",
            "madvise",
            "brk",
            "read",
            "pread64",
            "lseek",
            "fstat",
            "newfstatat",
            "statx",
            "stat",
            "lstat",
            "access",
            "faccessat2",
            "readlink",
            "readlinkat",
            "getdents64",
            "fcntl",
            "dup",
            "epoll_pwait",
            "ppoll",
            "poll",
            "sched_yield",
            "gettid",
            "getpid",
            "getrandom",
            "clock_nanosleep",
            "statfs",
            "fstatfs",
            "rt_sigprocmask",
            "rt_sigaction",
            "getegid",
            "geteuid",
            "recvfrom",
            "recvmsg",
            "getsockname",
            "waitid",
            "restart_syscall",
            "exit",
            "set_robust_list",
            "rseq",
            "prctl",
            "sched_getaffinity",
            "sysinfo",
            "getsockopt",
            "setsockopt",
            "close",
            "epoll_ctl",
            "pidfd_open",
            "eventfd2",
            "fgetxattr",
            "flistxattr",
            "pidfd_getfd");

    private static final Pattern CALL = Pattern.compile("^(\\w+)\\(");
    private static final long ATTACH_MS = 60_000;

    private final List<Process> tracers = new ArrayList<>();

    private StraceFault() {}

    /** Attaches to the calling thread, or to the one that waits for ends; returns when it is traced. */
    static StraceFault attach(FaultPoint point, Path directory) throws IOException, InterruptedException {
        StraceFault fault = new StraceFault();
        fault.follow(point, "launch", own(), directory);
        fault.follow(point, "end", ends(), directory);
        return fault;
    }

    /**
     * Attaches to the calling thread, if the point is one of its or all points are wanted.
     *
     * @param name of the thread in points
     */
    static StraceFault attachOwn(FaultPoint point, String name, Path directory)
            throws IOException, InterruptedException {
        StraceFault fault = new StraceFault();
        fault.follow(point, name, own(), directory);
        return fault;
    }

    /**
     * Attaches to the calling thread and to all that it will start, if the point is one of theirs. The calls are to be
     * such as only one of them makes.
     */
    static StraceFault attachWithNew(FaultPoint point, String name, Path directory)
            throws IOException, InterruptedException {
        StraceFault fault = new StraceFault();
        if (point instanceof FaultPoint.Call call && call.thread().equals(name)) {
            List<String> options = new ArrayList<>(inject(call));
            options.add("-f");
            fault.trace(own(), options);
        }
        return fault;
    }

    private static List<String> inject(FaultPoint.Call call) {
        String inject = "inject=" + call.call() + ":signal=SIGKILL:when=" + call.count();
        return List.of("-o", "/dev/null", "-e", "trace=" + call.call(), "-e", inject);
    }

    private void follow(FaultPoint point, String name, String thread, Path directory)
            throws IOException, InterruptedException {
        switch (point) {
            case FaultPoint.Nowhere _ ->
                trace(thread, List.of("-o", directory.resolve("calls." + name).toString()));
            case FaultPoint.Call call -> {
                if (call.thread().equals(name)) {
                    trace(thread, inject(call));
                }
            }
            case FaultPoint.Row _ -> {}
        }
    }

    private void trace(String thread, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("strace", "-qq", "-p", thread));
        command.addAll(options);
        Process strace = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        tracers.add(strace);
        Path status = Path.of("/proc/self/task", thread, "status");
        long deadline = System.nanoTime() + ATTACH_MS * 1_000_000;
        while (Files.readString(status).contains("TracerPid:\t0")) {
            if (!strace.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(String.join(" ", command) + ": does not attach");
            }
            Thread.sleep(1);
        }
    }

    private static String own() throws IOException {
        return Path.of("/proc/thread-self").toRealPath().getFileName().toString();
    }

    private static String ends() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> text(task.resolve("comm")).startsWith("gatun-container"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no thread gatun-container-ends"))
                    .getFileName()
                    .toString();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // a thread that has ended meanwhile
        }
    }

    /** The points that a trace names. */
    static List<FaultPoint> points(String thread, Path log) throws IOException {
        List<FaultPoint> points = new ArrayList<>();
        java.util.Map<String, Integer> counts = new java.util.HashMap<>();
        for (String line : Files.readAllLines(log)) {
            Matcher call = CALL.matcher(line);
            if (call.find() && !HARMLESS.contains(call.group(1))) {
                int count = counts.merge(call.group(1), 1, Integer::sum);
                if (!line.contains("O_RDONLY")) {
                    points.add(new FaultPoint.Call(thread, call.group(1), count));
                }
            }
        }
        return points;
    }

    /** Lets the threads go, if the agent is still there. */
    void detach() throws InterruptedException {
        for (Process tracer : tracers) {
            // SIGTERM: it detaches.
            tracer.destroy();
            tracer.waitFor(ATTACH_MS, TimeUnit.MILLISECONDS);
        }
    }
}
