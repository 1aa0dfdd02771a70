package io.gatun.testkit.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * User-mode Linux: a kernel as an ordinary program, so that a VM needs neither KVM nor an image. It is Debian's, or the one
 * that {@code GATUN_VM_KERNEL} names.
 *
 * @param kernel the program
 * @param modules the folder of its modules, with one folder for each release
 */
record UserModeLinux(Path kernel, Path modules) {
    /** The environment variable that names another kernel. */
    static final String OTHER = "GATUN_VM_KERNEL";

    private static final UserModeLinux DEBIAN =
            new UserModeLinux(Path.of("/usr/bin/linux.uml"), Path.of("/usr/lib/uml/modules"));

    /**
     * The kernel that VMs have here.
     *
     * @param other a kernel's path, beside which {@code make INSTALL_MOD_PATH=. modules_install} put its modules; null for
     *     Debian's
     */
    static UserModeLinux of(String other) {
        if (other == null || other.isEmpty()) {
            return DEBIAN;
        }
        Path kernel = Path.of(other).toAbsolutePath().normalize();
        return new UserModeLinux(kernel, kernel.resolveSibling("lib").resolve("modules"));
    }

    /** The kernel that VMs have here. */
    static UserModeLinux here() {
        return of(System.getenv(OTHER));
    }

    /**
     * Returns why no VM can run here and what to do, or empty when it can.
     *
     * @throws IllegalArgumentException if the kernel that was asked for is none
     */
    Optional<String> missing() {
        if (!Files.isRegularFile(kernel) || !Files.isExecutable(kernel) || !hasModules()) {
            if (!equals(DEBIAN)) {
                throw new IllegalArgumentException(
                        OTHER + "=" + kernel + ": must be a program, with its modules below " + modules);
            }
            return Optional.of("needs a VM: apt-get install user-mode-linux (no " + kernel + " with modules)");
        }
        if (Stream.of("/usr/sbin/modprobe", "/sbin/modprobe").noneMatch(p -> Files.isExecutable(Path.of(p)))) {
            return Optional.of("needs a VM: apt-get install kmod (no modprobe)");
        }
        return XsaveArea.missing();
    }

    private boolean hasModules() {
        if (!Files.isDirectory(modules)) {
            return false;
        }
        try (Stream<Path> releases = Files.list(modules)) {
            return releases.anyMatch(release -> Files.isRegularFile(release.resolve("modules.dep")));
        } catch (IOException e) {
            throw new UncheckedIOException("list " + modules, e);
        }
    }

    /**
     * The command line of a VM whose PID 1 is {@code init} on the host's own tree. Console 0 (kernel log, output of tests)
     * goes to standard error; console 1 is standard input and output, and nothing but the guest program writes to it.
     *
     * @param memoryMib guest memory; a sparse file, so it costs what the guest touches.
     */
    List<String> command(Path init, int memoryMib) {
        if (init.toString().chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException(
                    "init=" + init + ": the kernel splits its command line at blanks; build in a folder without them");
        }
        return List.of(
                "taskset",
                "--cpu-list",
                Integer.toString(HostProcessor.next()),
                "setpriv", // a test JVM that is killed must not leave a VM behind
                "--pdeathsig",
                "KILL",
                kernel.toString(),
                "mem=" + memoryMib + "M",
                "rootfstype=hostfs",
                "rootflags=/",
                "ro",
                "init=" + init,
                "con=null",
                "con0=null,fd:2",
                "con1=fd:0,fd:1",
                "uml_dir=" + init.resolveSibling("uml"),
                // From 6.16 on, where the host can do it, system calls are caught by a filter instead of ptrace(2) and
                // take half the time. An earlier kernel passes the word to its init.
                "seccomp=auto",
                "panic=-1",
                "quiet");
    }
}
