package io.gatun.testkit.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs one command in a VM and prints what it prints: {@code ./gatun bench --vm launch} measures there. */
public final class RunInVm {
    private static final String ENDED = "@gatun ended ";

    private RunInVm() {}

    /**
     * Runs it; the exit status is the command's. If that is not 0, what the VM said stays in {@code gatun-vm*} below the
     * folder for temporary files.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("gatun-vm");
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "{ \"$@\"; echo '" + ENDED + "'$?; } > /dev/tty1 2>&1; sleep 1", "sh"));
        command.addAll(Arrays.asList(args));
        int status = 1;
        try (Vm vm = Vm.boot(directory, Vm.MEMORY_MIB, command)) {
            for (String line = vm.readLine(); line != null; line = vm.readLine()) {
                if (line.startsWith(ENDED)) {
                    status = Integer.parseInt(line.substring(ENDED.length()).strip());
                    break;
                }
                System.out.println(line);
            }
            if (status != 0) {
                System.err.println(vm.consoleTail());
            }
        }
        if (status == 0) {
            delete(directory);
        }
        System.exit(status);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
