package io.gatun.testkit.vm;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One booted virtual machine. Its root is the host's tree under an overlay in guest memory: the guest sees the host's files
 * and programs and cannot change them. Host and guest program talk in lines over a serial console.
 *
 * <p>Thread-safe for one reader and one writer.
 */
public final class Vm implements AutoCloseable {
    /** Enough for a test JVM beside a whole stack of ours. */
    public static final int MEMORY_MIB = Integer.getInteger("gatun.vm.memory", 2048);

    private static final int CONSOLE_TAIL_LINES = 40;
    private static final int POWER_OFF_SECONDS = 15;

    private final Process process;
    private final Path console;
    private final BufferedReader fromGuest;
    private final BufferedWriter toGuest;
    private final Thread hook = new Thread(this::kill, "vm-kill");

    private Vm(Process process, Path console) {
        this.process = process;
        this.console = console;
        this.fromGuest = process.inputReader(StandardCharsets.ISO_8859_1);
        this.toGuest = process.outputWriter(StandardCharsets.ISO_8859_1);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Boots a VM and starts a program in it; the VM powers off when the program ends.
     *
     * @param directory where the console log and the kernel's own files go; created, must have no blanks in its path.
     * @param guestCommand the program and its arguments; it talks to the host over {@code /dev/tty1}.
     * @throws IllegalStateException if this host has no VM, naming what is missing.
     */
    public static Vm boot(Path directory, int memoryMib, List<String> guestCommand) {
        UserModeLinux linux = UserModeLinux.here();
        linux.missing().ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        try {
            Path home = Files.createDirectories(directory.toAbsolutePath().normalize());
            Path init = home.resolve("init.sh");
            try (InputStream script = Vm.class.getResourceAsStream("init.sh")) {
                Files.copy(script, init, StandardCopyOption.REPLACE_EXISTING);
            }
            if (!init.toFile().setExecutable(true)) {
                throw new IOException("chmod +x " + init + " failed");
            }
            Files.writeString(home.resolve("modules"), linux.modules() + "\n");
            Files.writeString(home.resolve("command"), "exec " + shellWords(guestCommand) + "\n");
            Path console = home.resolve("console.log");
            ProcessBuilder builder = new ProcessBuilder(linux.command(init, memoryMib))
                    .directory(home.toFile())
                    .redirectError(console.toFile());
            if (Files.isWritable(Path.of("/dev/shm"))) {
                builder.environment().put("TMPDIR", "/dev/shm"); // guest memory: tmpfs, never a disk
            }
            XsaveArea.preload(home).ifPresent(library -> builder.environment().put("LD_PRELOAD", library.toString()));
            return new Vm(startForLife(builder), console);
        } catch (IOException e) {
            throw new UncheckedIOException("boot a VM in " + directory, e);
        }
    }

    /** Starts the process from a thread that lives as long: PR_SET_PDEATHSIG fires when the parent THREAD ends, prctl(2). */
    private static Process startForLife(ProcessBuilder builder) throws IOException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("vm-parent").start(() -> {
            try {
                Process process = builder.start();
                started.complete(process);
                process.waitFor();
            } catch (IOException | InterruptedException e) {
                started.completeExceptionally(e);
            }
        });
        try {
            return started.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static String shellWords(List<String> words) {
        return words.stream().map(w -> "'" + w.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }

    /** Returns the next line from the guest program, or null once the VM has ended. */
    public String readLine() {
        try {
            return fromGuest.readLine();
        } catch (IOException e) {
            return null; // the pipe breaks when the VM is killed; the console log has the story
        }
    }

    /** Sends one line to the guest program. */
    public void writeLine(String line) {
        try {
            toGuest.write(line);
            toGuest.write('\n');
            toGuest.flush();
        } catch (IOException e) {
            throw new IllegalStateException("the VM is gone; its last words:\n" + consoleTail(), e);
        }
    }

    /** Returns the last lines of kernel log and guest output. */
    public String consoleTail() {
        try {
            List<String> lines = Files.readAllLines(console, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - CONSOLE_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no console log: " + e + ")";
        }
    }

    /** Tells the guest program to end by an empty line, and with it the VM; kills it if that takes more than 15 s. */
    @Override
    public void close() {
        try {
            toGuest.newLine();
            toGuest.flush(); // not close(): the guest would see neither the line nor an end of input
        } catch (IOException e) {
            // Already gone, which is what close() is for.
        }
        try {
            process.waitFor(POWER_OFF_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
        if (Thread.currentThread() != hook) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is ending already; the hook is then running or has run.
            }
        }
    }

    /** Ends the VM as pulling the plug does. */
    void kill() {
        // Guest processes are host processes of the kernel's: list them before their parent goes.
        try (Stream<ProcessHandle> guests = process.descendants()) {
            List<ProcessHandle> all = guests.toList();
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
