package io.gatun.isolator.security.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * All system calls by name, with their numbers: facts of asm/unistd_64.h, asm/unistd_32.h and asm-generic/unistd.h,
 * Linux 6.17, kept in {@code syscalls.txt}. Names that only other architectures have are in it without a number.
 */
public final class SyscallNames {
    private static final int NONE = -1;
    private static final Map<String, int[]> NUMBERS = read();

    private SyscallNames() {}

    private static Map<String, int[]> read() {
        Map<String, int[]> numbers = new HashMap<>();
        try (InputStream in = SyscallNames.class.getResourceAsStream("syscalls.txt")) {
            new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        String[] fields = line.split(" ", -1);
                        numbers.put(fields[0], new int[] {number(fields[1]), number(fields[2]), number(fields[3])});
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("syscalls.txt", e);
        }
        return numbers;
    }

    private static int number(String field) {
        return field.equals("-") ? NONE : Integer.parseInt(field);
    }

    /** Whether any architecture has a system call of this name. */
    public static boolean isKnown(String name) {
        return NUMBERS.containsKey(name);
    }

    /** The number of a system call; empty where the architecture lacks it. */
    public static OptionalInt number(String name, SeccompArch arch) {
        int[] numbers = NUMBERS.get(name);
        int number = numbers == null ? NONE : numbers[arch.column()];
        return number == NONE ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
