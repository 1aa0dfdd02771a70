package io.gatun.ffm.asm;

import io.gatun.ffm.Arch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A static ELF executable of two segments, code and zeroed memory, at fixed addresses; elf(5), elf.h. No sections, no
 * symbols, no interpreter.
 */
public final class StaticElf {
    /** Where the memory begins. A multiple of 64 KiB, the largest page size. */
    public static final int DATA_ADDRESS = 0x420000;

    private static final int TEXT_ADDRESS = 0x400000;
    private static final int TEXT_BYTES = 0x1000;
    private static final int ALIGNMENT = 0x10000;
    private static final short EHDR_BYTES = 64;
    private static final short PHDR_BYTES = 56;
    private static final short SEGMENTS = 3;
    private static final int ENTRY_OFFSET = 240;

    private static final short ET_EXEC = 2;
    private static final int EV_CURRENT = 1;
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int PF_X = 1;
    private static final int PF_W = 2;
    private static final int PF_R = 4;

    private StaticElf() {}

    /**
     * Links a file.
     *
     * @param code entered at its first byte; at most 3856 bytes
     * @param memoryBytes of zeros at {@link #DATA_ADDRESS}, writable, none of which is resident before it is touched
     */
    public static byte[] link(Arch arch, byte[] code, int memoryBytes) {
        Assembler.requireRange("code bytes", code.length, 1, TEXT_BYTES - ENTRY_OFFSET);
        ByteBuffer file = ByteBuffer.allocate(ENTRY_OFFSET + code.length).order(ByteOrder.LITTLE_ENDIAN);
        header(file, arch);
        // Code is mapped with the headers before it: an entry in the middle of a page costs nothing.
        int textBytes = ENTRY_OFFSET + code.length;
        segment(file, PT_LOAD, PF_R | PF_X, TEXT_ADDRESS, textBytes, textBytes, ALIGNMENT);
        segment(file, PT_LOAD, PF_R | PF_W, DATA_ADDRESS, 0, memoryBytes, ALIGNMENT);
        segment(file, PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 16);
        file.put(ENTRY_OFFSET, code);
        return file.array();
    }

    private static void header(ByteBuffer file, Arch arch) {
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little-endian */, 1 /* version */});
        file.position(16);
        file.putShort(ET_EXEC);
        file.putShort((short) (arch == Arch.X86_64 ? 62 /* EM_X86_64 */ : 183 /* EM_AARCH64 */));
        file.putInt(EV_CURRENT);
        file.putLong(TEXT_ADDRESS + ENTRY_OFFSET);
        file.putLong(EHDR_BYTES); // e_phoff
        file.putLong(0); // e_shoff
        file.putInt(0); // e_flags
        file.putShort(EHDR_BYTES);
        file.putShort(PHDR_BYTES);
        file.putShort(SEGMENTS);
        file.putShort((short) 0); // e_shentsize
        file.putShort((short) 0); // e_shnum
        file.putShort((short) 0); // e_shstrndx
    }

    private static void segment(
            ByteBuffer file, int type, int flags, long address, long fileBytes, long memoryBytes, long alignment) {
        file.putInt(type);
        file.putInt(flags);
        file.putLong(0); // p_offset
        file.putLong(address); // p_vaddr
        file.putLong(address); // p_paddr
        file.putLong(fileBytes); // p_filesz
        file.putLong(memoryBytes); // p_memsz
        file.putLong(alignment);
    }
}
