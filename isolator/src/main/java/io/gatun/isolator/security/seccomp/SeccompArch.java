package io.gatun.isolator.security.seccomp;

import io.gatun.ffm.Arch;
import java.util.Optional;
import java.util.Set;

/** The calling conventions that filters are compiled for. */
public enum SeccompArch {
    /** 64-bit x86. */
    X86_64("SCMP_ARCH_X86_64", 0xc000_003e, 0),
    /** 32-bit x86, by int 0x80 or in a 32-bit program on a 64-bit kernel. */
    X86("SCMP_ARCH_X86", 0x4000_0003, 1),
    /** 64-bit Arm. */
    AARCH64("SCMP_ARCH_AARCH64", 0xc000_00b7, 2);

    /** What a profile may name besides: conventions that no filter of ours lets through. */
    private static final Set<String> REFUSED = Set.of(
            "SCMP_ARCH_X32",
            "SCMP_ARCH_ARM",
            "SCMP_ARCH_MIPS",
            "SCMP_ARCH_MIPS64",
            "SCMP_ARCH_MIPS64N32",
            "SCMP_ARCH_MIPSEL",
            "SCMP_ARCH_MIPSEL64",
            "SCMP_ARCH_MIPSEL64N32",
            "SCMP_ARCH_PPC",
            "SCMP_ARCH_PPC64",
            "SCMP_ARCH_PPC64LE",
            "SCMP_ARCH_S390",
            "SCMP_ARCH_S390X",
            "SCMP_ARCH_PARISC",
            "SCMP_ARCH_PARISC64",
            "SCMP_ARCH_RISCV64",
            "SCMP_ARCH_LOONGARCH64",
            "SCMP_ARCH_M68K",
            "SCMP_ARCH_SH",
            "SCMP_ARCH_SHEB");

    private final String profileName;
    private final int auditArch;
    private final int column;

    SeccompArch(String profileName, int auditArch, int column) {
        this.profileName = profileName;
        this.auditArch = auditArch;
        this.column = column;
    }

    /** The convention of an architecture's own programs. */
    public static SeccompArch of(Arch arch) {
        return switch (arch) {
            case X86_64 -> X86_64;
            case AARCH64 -> AARCH64;
        };
    }

    /** By its name in a profile; empty for one that is not compiled for, see {@link #isKnown}. */
    static Optional<SeccompArch> named(String name) {
        for (SeccompArch arch : values()) {
            if (arch.profileName.equals(name)) {
                return Optional.of(arch);
            }
        }
        return Optional.empty();
    }

    /** Whether it is the name of any calling convention. */
    static boolean isKnown(String name) {
        return named(name).isPresent() || REFUSED.contains(name);
    }

    /** AUDIT_ARCH_* of linux/audit.h, which a filter sees. */
    int auditArch() {
        return auditArch;
    }

    /** Where its numbers stand in a line of the table of {@link SyscallNames}. */
    int column() {
        return column;
    }

    /** Whether programs of this convention can run beside those of another on one kernel. */
    boolean runsBeside(SeccompArch other) {
        return this == other || (this != AARCH64 && other != AARCH64);
    }

    /** The name by which {@code includes.arches} and {@code excludes.arches} mean it: Go's. */
    String goName() {
        return switch (this) {
            case X86_64 -> "amd64";
            case X86 -> "386";
            case AARCH64 -> "arm64";
        };
    }
}
