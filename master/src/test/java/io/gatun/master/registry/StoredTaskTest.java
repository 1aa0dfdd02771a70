package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.gatun.mesos.v1.TaskState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class StoredTaskTest {
    private final RegistryState state = new RegistryState();

    @Test
    void shouldTellWhoseATaskIsAndTheRestWhenAsked() {
        TaskRecord record = SampleRegistry.task("f1", "s1", "web.1");
        state.apply(Changes.none().put(Kind.TASK, "f1/web.1", record).record());
        state.apply(Changes.none()
                .put(Kind.TASK, "f1/web.2", SampleRegistry.task("f1", "s2", "web.2"))
                .record());
        List<StoredTask> tasks = state.view().storedTasks();
        assertThat(tasks).extracting(StoredTask::taskId).containsExactly("web.1", "web.2");
        StoredTask task = tasks.getFirst();
        assertThat(task.frameworkId()).isEqualTo("f1");
        assertThat(task.agentId()).isEqualTo("s1");
        assertThat(task.state()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(task.task()).isEqualTo(record.getTask()).isSameAs(task.task());
        assertThat(tasks.get(1).frameworkId()).as("one string").isSameAs(task.frameworkId());
    }

    @Test
    void shouldSayWhatATaskLacks() {
        Change broken = Change.newBuilder()
                .setKind(Kind.TASK.number())
                .setKey("f1/web.1")
                .setValue(ByteString.copyFrom(new byte[] {0x0A, 0x00}))
                .build();
        state.apply(Changes.empty().addChanges(broken).build());
        RegistryView view = state.view();
        assertThatThrownBy(view::storedTasks)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("f1/web.1")
                .hasMessageContaining("no framework_id");
    }

    @Test
    void shouldApplyTheBytesOfARecordLikeTheRecord() {
        RegistryState parsed = new RegistryState();
        for (RegistryRecord record : SampleRegistry.records()) {
            byte[] bytes = record.toByteArray();
            byte[] around = new byte[bytes.length + 7];
            System.arraycopy(bytes, 0, around, 3, bytes.length);
            state.apply(new UnsafeBuffer(around, 1, around.length - 1), 2, bytes.length);
            parsed.apply(record);
        }
        assertThat(state.view().toByteArray())
                .isEqualTo(parsed.view().toByteArray())
                .hasSize((int) state.view().encodedLength());
    }

    @Test
    void shouldTellADiskThatFailsFromWhatIsNoRegistry() {
        byte[] snapshot = SampleRegistry.large(3, 3).view().toByteArray();
        InputStream failing = new InputStream() {
            private final InputStream first = new ByteArrayInputStream(snapshot, 0, snapshot.length / 2);

            @Override
            public int read() throws IOException {
                int next = first.read();
                if (next < 0) {
                    throw new IOException("the disk has failed");
                }
                return next;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                into[offset] = (byte) read();
                return 1;
            }
        };
        assertThatThrownBy(() -> state.restore(failing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the disk has failed");
    }
}
