package io.gatun.testkit.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Debian's {@code user-mode-linux}: a Linux kernel as an ordinary program, so that a VM needs neither KVM nor an image. */
final class UserModeLinux {
    private static final Path KERNEL = Path.of("/usr/bin/linux.uml");
    private static final Path MODULES = Path.of("/usr/lib/uml/modules");

    private UserModeLinux() {}

    /** Returns why no VM can run here and what to do, or empty when it can. */
    static Optional<String> missing() {
        if (!Files.isExecutable(KERNEL) || !hasModules()) {
            return Optional.of("needs a VM: apt-get install user-mode-linux (no " + KERNEL + " with modules)");
        }
        if (Stream.of("/usr/sbin/modprobe", "/sbin/modprobe").noneMatch(p -> Files.isExecutable(Path.of(p)))) {
            return Optional.of("needs a VM: apt-get install kmod (no modprobe)");
        }
        return XsaveArea.missing();
    }

    private static boolean hasModules() {
        if (!Files.isDirectory(MODULES)) {
            return false;
        }
        try (Stream<Path> releases = Files.list(MODULES)) {
            return releases.anyMatch(release -> Files.isRegularFile(release.resolve("modules.dep")));
        } catch (IOException e) {
            throw new UncheckedIOException("list " + MODULES, e);
        }
    }

    /**
     * The command line of a VM whose PID 1 is {@code init} on the host's own tree. Console 0 (kernel log, output of tests)
     * goes to standard error; console 1 is standard input and output, and nothing but the guest program writes to it.
     *
     * @param memoryMib guest memory; a sparse file, so it costs what the guest touches.
     */
    static List<String> command(Path init, int memoryMib) {
        if (init.toString().chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException(
                    "init=" + init + ": the kernel splits its command line at blanks; build in a folder without them");
        }
        return List.of(
                "setpriv", // a test JVM that is killed must not leave a VM behind
                "--pdeathsig",
                "KILL",
                KERNEL.toString(),
                "mem=" + memoryMib + "M",
                "rootfstype=hostfs",
                "rootflags=/",
                "ro",
                "init=" + init,
                "con=null",
                "con0=null,fd:2",
                "con1=fd:0,fd:1",
                "uml_dir=" + init.resolveSibling("uml"),
                "panic=-1",
                "quiet");
    }
}
