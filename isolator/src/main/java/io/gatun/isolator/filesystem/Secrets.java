package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Volume;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files with secrets: written by the child into a tmpfs of its own mount namespace, so no other process ever sees them. */
final class Secrets {
    /** What is shown in place of a secret. */
    static final String SHOWN = "<secret>";

    private final Path staging;
    private int written;

    Secrets(Path staging) {
        this.staging = staging;
    }

    /** Writes one and opens it as a mount. */
    void open(List<SyscallRecord> records, LaunchContext launch, Volume.Secret secret, String as) {
        if (written == 0) {
            // ramfs would not be swapped out, but has no limit; hosts with secrets encrypt their swap, or have none.
            records.add(Calls.mount(
                    "secrets", staging.toString(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=64m"));
        }
        String file = staging.resolve(Integer.toString(written++)).toString();
        String descriptor = as + "_file";
        records.add(SyscallRecord.of(
                        Syscall.OPENAT,
                        file,
                        Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                        Operand.text(file),
                        Operand.named(
                                Fd.O_WRONLY | Fd.O_CREAT | Fd.O_EXCL | Fd.O_CLOEXEC,
                                "O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC"),
                        Operand.named(0400, "0400"))
                .as(descriptor));
        byte[] value = secret.value();
        records.add(SyscallRecord.of(
                Syscall.WRITE, file, new Operand.Result(descriptor), words(value), Operand.of(value.length)));
        launch.owner().ifPresent(who -> records.add(own(descriptor, file, who)));
        records.add(Calls.openTree(file, false, as));
    }

    /** Whether there was any. */
    boolean staged() {
        return written > 0;
    }

    private static SyscallRecord own(String descriptor, String file, Identity who) {
        return SyscallRecord.of(
                Syscall.FCHOWN, file, new Operand.Result(descriptor), Operand.of(who.uid()), Operand.of(who.gid()));
    }

    private static Operand words(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.ceilDiv(bytes.length, Long.BYTES) * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(bytes).rewind();
        List<Long> words = new ArrayList<>();
        while (buffer.hasRemaining()) {
            words.add(buffer.getLong());
        }
        return new Operand.Words(words, SHOWN);
    }
}
