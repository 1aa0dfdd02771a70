package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** This release and the next in one cluster, or one after the other on one disk. */
class RegistryCompatibilityTest {
    private static final int NEXT_VERSION = Changes.VERSION + 1;
    private static final int NEXT_KIND = 99;
    private static final int NEXT_FIELD = 77;
    private static final UnknownFieldSet NEXT_FIELDS = UnknownFieldSet.newBuilder()
            .addField(
                    NEXT_FIELD,
                    UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("of the next release"))
                            .build())
            .build();

    private final RegistryState state = new RegistryState();

    @Test
    void shouldKeepKindsThatItDoesNotKnow() throws InvalidProtocolBufferException {
        Change one = change("one").setValue(ByteString.copyFromUtf8("1")).build();
        Change two = change("two").setValue(ByteString.copyFromUtf8("2")).build();
        state.apply(next(one, two, change("one").build()));
        assertThat(restored().getItemsList()).containsExactly(two);
    }

    @Test
    void shouldKeepFieldsThatItDoesNotKnow() throws InvalidProtocolBufferException {
        AgentRecord agent = SampleRegistry.agent("s1").toBuilder()
                .setUnknownFields(NEXT_FIELDS)
                .build();
        Change change = Change.newBuilder()
                .setKind(Kind.AGENT.number())
                .setKey("s1")
                .setValue(agent.toByteString())
                .setUnknownFields(NEXT_FIELDS)
                .build();
        state.apply(next(change));
        assertThat(state.view().agents()).containsEntry("s1", agent);
        assertThat(restored().getItemsList()).containsExactly(change);
    }

    @Test
    void shouldKeepWhatTheNextReleasePutsBesideTheItemsOfASnapshot() throws InvalidProtocolBufferException {
        state.restore(RegistrySnapshot.newBuilder()
                .setVersion(NEXT_VERSION)
                .setMinReaderVersion(Changes.VERSION)
                .setUnknownFields(NEXT_FIELDS)
                .build()
                .toByteArray());
        assertThat(restored().getUnknownFields()).isEqualTo(NEXT_FIELDS);
    }

    @Test
    void shouldRefuseARecordThatIsNotForThisRelease() {
        RegistryRecord record =
                next().toBuilder().setMinReaderVersion(NEXT_VERSION).build();
        assertThatThrownBy(() -> state.apply(record))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("format " + NEXT_VERSION)
                .hasMessageContaining("this one knows " + Changes.VERSION);
    }

    @Test
    void shouldRefuseARecordOfALaterReleaseThatDoesNotSayWhoMayReadIt() {
        RegistryRecord record = next().toBuilder().clearMinReaderVersion().build();
        assertThatThrownBy(() -> state.apply(record)).isInstanceOf(RegistryException.class);
    }

    @Test
    void shouldRefuseASnapshotThatIsNotForThisRelease() {
        byte[] snapshot = RegistrySnapshot.newBuilder()
                .setVersion(NEXT_VERSION)
                .setMinReaderVersion(NEXT_VERSION)
                .build()
                .toByteArray();
        assertThatThrownBy(() -> state.restore(snapshot))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("format " + NEXT_VERSION);
    }

    @Test
    void shouldChangeNothingWhenAnyChangeOfARecordIsBad() {
        RegistryRecord bad = Changes.none().put(Kind.AGENT, "s1", SampleRegistry.agent("s1")).record().toBuilder()
                .addChanges(Change.newBuilder().setKind(0).setKey("x"))
                .build();
        assertThatThrownBy(() -> state.apply(bad))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("kind 0");
        assertThat(state.view().agents()).isEmpty();
    }

    @Test
    void shouldSayWhatIsNoRegistry() {
        UnsafeBuffer noRecord = new UnsafeBuffer(new byte[] {(byte) 0xFF, 1, 2});
        assertThatThrownBy(() -> state.apply(noRecord, 0, 3))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("no registry record");
        assertThatThrownBy(() -> state.restore(new byte[] {(byte) 0xFF, 1, 2}))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("no registry");
        assertThatThrownBy(() -> state.restore(NEXT_FIELDS.toByteArray()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("no version");
    }

    private static Change.Builder change(String key) {
        return Change.newBuilder().setKind(NEXT_KIND).setKey(key);
    }

    private static RegistryRecord next(Change... changes) {
        return RegistryRecord.newBuilder()
                .setVersion(NEXT_VERSION)
                .setMinReaderVersion(Changes.VERSION)
                .addAllChanges(java.util.List.of(changes))
                .build();
    }

    /** What this release writes, read back, written again. */
    private RegistrySnapshot restored() throws InvalidProtocolBufferException {
        RegistryState copy = new RegistryState();
        copy.restore(state.view().toByteArray());
        return RegistrySnapshot.parseFrom(copy.view().toByteArray());
    }
}
