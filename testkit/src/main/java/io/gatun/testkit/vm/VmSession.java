package io.gatun.testkit.vm;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The one VM of this JVM: boots when the first kernel test needs it and ends with the JVM. */
final class VmSession {
    private static VmSession current;

    private final Vm vm;
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private boolean ready;
    private boolean gone;

    private VmSession(Vm vm) {
        this.vm = vm;
        Thread.ofPlatform().daemon().name("vm-results").start(this::readResults);
    }

    /** Returns the running VM; a dead one is replaced, so that a panic costs one class and not all after it. */
    static synchronized VmSession get() {
        if (current == null || current.isGone()) {
            current = new VmSession(Vm.boot(freshDirectory(), Vm.MEMORY_MIB, guestCommand()));
        }
        return current;
    }

    private static Path freshDirectory() {
        Path base = Path.of(System.getProperty("basedir", ""), "target", "vm").toAbsolutePath();
        int n = 1;
        while (Files.exists(base.resolve(Integer.toString(n)))) {
            n++;
        }
        return base.resolve(Integer.toString(n));
    }

    private static List<String> guestCommand() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            boolean debugger = argument.startsWith("-agentlib:jdwp") || argument.startsWith("-javaagent:");
            if (!debugger) {
                command.add(argument);
            }
        }
        // One slow CPU: the short-lived C1 code is worth more than C2's better code that comes too late.
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.add("-D" + GuestMain.GUEST_PROPERTY + "=true");
        String basedir = System.getProperty("basedir");
        if (basedir != null) {
            command.add("-Dbasedir=" + basedir);
        }
        command.addAll(List.of("-cp", classPath(), GuestMain.class.getName()));
        return command;
    }

    private static String classPath() {
        // Surefire starts from a jar that only has a manifest and tells the true path here.
        String surefire = System.getProperty("surefire.test.class.path");
        return surefire != null ? surefire : System.getProperty("java.class.path");
    }

    /**
     * Sends a class to the VM once its guest program listens: what comes while init still has the console open for a
     * moment would be lost. Results arrive one by one.
     *
     * @param deadlineNs after which it is sent all the same, for {@link #await} to tell what became of it
     */
    void start(String className, long deadlineNs) throws InterruptedException {
        synchronized (this) {
            for (long leftMs = leftMs(deadlineNs); !ready && !gone && leftMs > 0; leftMs = leftMs(deadlineNs)) {
                wait(leftMs);
            }
            ended.remove(className);
            outcomes.keySet().removeIf(id -> id.contains("[class:" + className + "]"));
        }
        vm.writeLine(className);
    }

    private static long leftMs(long deadlineNs) {
        return (deadlineNs - System.nanoTime()) / 1_000_000;
    }

    /**
     * Waits for one result.
     *
     * @return the outcome; a failure if the class ended or the VM died before it came, or the deadline passed.
     */
    synchronized Outcome await(String uniqueId, String className, long deadlineNs) throws InterruptedException {
        while (true) {
            Outcome outcome = outcomes.get(uniqueId);
            if (outcome != null) {
                return outcome;
            }
            long leftMs = leftMs(deadlineNs);
            if (gone) {
                return failure("the VM died during " + className, vm.consoleTail());
            } else if (ended.contains(className)) {
                return classFailure(className);
            } else if (leftMs <= 0) {
                vm.kill();
                gone = true; // the next class gets another one, even if the reader has not noticed yet
                return failure(className + " exceeded its timeoutSeconds in the VM", vm.consoleTail());
            }
            wait(leftMs);
        }
    }

    private Outcome classFailure(String className) {
        // A failed @BeforeAll: the tests have no result of their own, the class has.
        return outcomes.entrySet().stream()
                .filter(e -> e.getKey().endsWith("[class:" + className + "]"))
                .map(Map.Entry::getValue)
                .filter(o -> o.kind() != Outcome.Kind.PASSED)
                .findFirst()
                .orElseGet(() -> failure("the VM did not run this test of " + className, vm.consoleTail()));
    }

    private static Outcome failure(String what, String console) {
        return Outcome.of(Outcome.Kind.FAILED, new IllegalStateException(what + "; end of its console:\n" + console));
    }

    private synchronized boolean isGone() {
        return gone;
    }

    private void readResults() {
        for (String line = vm.readLine(); line != null; line = vm.readLine()) {
            int start = line.indexOf(GuestMain.MARK);
            if (start >= 0) {
                accept(line.substring(start + GuestMain.MARK.length()).strip().split(" "));
            }
        }
        synchronized (this) {
            gone = true;
            notifyAll();
        }
    }

    private synchronized void accept(String[] words) {
        switch (words[0]) {
            case "done" -> {
                String id = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
                outcomes.put(id, Outcome.decode(words[2]));
            }
            case "end" -> ended.add(words[1]);
            case "ready" -> ready = true;
            default -> {} // somebody's stray output
        }
        notifyAll();
    }
}
