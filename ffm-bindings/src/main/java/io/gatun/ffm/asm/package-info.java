/** A small assembler for x86-64 and aarch64, and the static ELF files made with it. */
package io.gatun.ffm.asm;
