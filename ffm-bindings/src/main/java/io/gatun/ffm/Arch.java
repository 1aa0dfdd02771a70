package io.gatun.ffm;

/** The processor architectures whose system call numbers, structures and instructions this module knows. */
public enum Arch {
    /** x86-64, "amd64" to the JDK. */
    X86_64,
    /** AArch64, 64-bit Arm. */
    AARCH64;

    private static final Arch CURRENT = of(System.getProperty("os.arch"));

    /**
     * The architecture that this JVM runs on.
     *
     * @throws UnsupportedOperationException on one that this module does not know: numbers are never guessed
     */
    public static Arch current() {
        if (CURRENT == null) {
            throw new UnsupportedOperationException(
                    "os.arch=" + System.getProperty("os.arch") + ": must be amd64 or aarch64");
        }
        return CURRENT;
    }

    private static Arch of(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> null;
        };
    }
}
