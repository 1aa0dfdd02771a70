package io.gatun.ffm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Bytes outside the heap that system calls read and write: what other modules have in place of memory segments. Bounds
 * are checked. Any thread, one at a time; the owner closes it, slices of it are void then.
 */
public final class NativeBuffer implements AutoCloseable {
    private final MemorySegment segment;
    private final Optional<Arena> arena;

    private NativeBuffer(MemorySegment segment, Optional<Arena> arena) {
        this.segment = segment;
        this.arena = arena;
    }

    /** Zeroed bytes. */
    public static NativeBuffer allocate(long sizeBytes) {
        Arena arena = Arena.ofShared();
        return new NativeBuffer(arena.allocate(sizeBytes), Optional.of(arena));
    }

    /** Zeroed bytes, released when nothing refers to them any more; closing it does nothing. */
    public static NativeBuffer allocateAutomatic(long sizeBytes) {
        return new NativeBuffer(Arena.ofAuto().allocate(sizeBytes), Optional.empty());
    }

    /** Size in bytes. */
    public long byteSize() {
        return segment.byteSize();
    }

    /** A part of it, which shares the bytes. */
    public NativeBuffer asSlice(long offset, long sizeBytes) {
        return new NativeBuffer(segment.asSlice(offset, sizeBytes), Optional.empty());
    }

    /** All of it from an offset on. */
    public NativeBuffer asSlice(long offset) {
        return new NativeBuffer(segment.asSlice(offset), Optional.empty());
    }

    /** One byte. */
    public byte get(long offset) {
        return segment.get(JAVA_BYTE, offset);
    }

    /** Copies bytes to its beginning. */
    public void put(byte[] source, int from, int length) {
        MemorySegment.copy(source, from, segment, JAVA_BYTE, 0, length);
    }

    /** A copy on the heap. */
    public byte[] toArray() {
        return segment.toArray(JAVA_BYTE);
    }

    /** For bindings; no other module may touch it. */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public void close() {
        arena.ifPresent(Arena::close);
    }
}
