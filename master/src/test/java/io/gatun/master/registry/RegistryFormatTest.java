package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What lies on disks must stay readable, byte for byte. The files below {@code registry/} were written by the release that
 * introduced their format and never change; a new format gets new ones beside them, by {@link #main}.
 */
class RegistryFormatTest {
    private static final String RECORDS_1 = "records-1.bin";
    private static final String RECORDS_2 = "records-2.bin";
    private static final String SNAPSHOT_2 = "snapshot-2.bin";
    private static final String RECORDS_3 = "records-3.bin";
    private static final String SNAPSHOT_3 = "snapshot-3.bin";
    private static final String RECORDS_4 = "records-4.bin";
    private static final String SNAPSHOT_4 = "snapshot-4.bin";

    /** Writes the files of this release's format into a directory. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        Files.write(directory.resolve("records-" + Changes.VERSION + ".bin"), delimited(SampleRegistry.records()));
        Files.write(
                directory.resolve("snapshot-" + Changes.VERSION + ".bin"),
                state(SampleRegistry.records()).view().toByteArray());
    }

    @Test
    void shouldReadTheRecordsThatWereWrittenInThisFormat() throws IOException {
        assertThat(records(RECORDS_4)).isEqualTo(SampleRegistry.records());
    }

    @Test
    void shouldWriteTheSameRecordsToTheByte() throws IOException {
        assertThat(delimited(SampleRegistry.records())).isEqualTo(golden(RECORDS_4));
        assertThat(delimited(records(RECORDS_4))).isEqualTo(golden(RECORDS_4));
    }

    @Test
    void shouldWriteTheSameSnapshotToTheByte() throws IOException {
        assertThat(state(records(RECORDS_4)).view().toByteArray()).isEqualTo(golden(SNAPSHOT_4));
        RegistryState restored = new RegistryState();
        restored.restore(golden(SNAPSHOT_4));
        assertThat(restored.view().toByteArray()).isEqualTo(golden(SNAPSHOT_4));
    }

    /** The streaming form is an ordinary protobuf message, for every other tool. */
    @Test
    void shouldBeAProtobufMessageAsAWhole() throws IOException {
        RegistrySnapshot snapshot = RegistrySnapshot.parseFrom(golden(SNAPSHOT_4));
        assertThat(snapshot.getVersion()).isEqualTo(4);
        assertThat(snapshot.getUnknownFields().asMap()).isEmpty();
        assertThat(snapshot.getItemsCount()).isEqualTo(18);
    }

    @Test
    void shouldFindEachKindInTheSnapshot() throws IOException {
        RegistryState restored = new RegistryState();
        restored.restore(golden(SNAPSHOT_4));
        RegistryView view = restored.view();
        for (Kind kind : Kind.values()) {
            assertThat(view.count(kind)).as("%s", kind).isPositive();
        }
        assertThat(view.agents()).containsExactly(Map.entry("s1", SampleRegistry.agent("s1")));
        assertThat(view.unreachableAgents()).containsExactly(Map.entry("s2", 1_700_000_000_002L));
        assertThat(view.goneAgents()).containsExactly(Map.entry("s3", 1_700_000_000_003L));
        assertThat(view.removedAgents()).containsExactly("s4");
        assertThat(view.drainingAgents().get("s1").getInfo().getConfig().getMarkGone())
                .isTrue();
        assertThat(view.deactivatedAgents()).containsOnlyKeys("s1");
        assertThat(view.agentResources()
                        .get("s1")
                        .getResources(0)
                        .getDisk()
                        .getPersistence()
                        .getId())
                .isEqualTo("db-data");
        assertThat(view.agentVolumes()
                        .get("s1")
                        .getResources(0)
                        .getDisk()
                        .getPersistence()
                        .getId())
                .isEqualTo("db-data");
        assertThat(view.frameworks()).containsOnlyKeys("f1", "f2");
        assertThat(view.frameworks().get("f2").getDeadlineEpochMs()).isEqualTo(1_700_000_600_000L);
        assertThat(view.removedFrameworks()).containsExactly("f3");
        assertThat(view.tasks()).containsExactly(Map.entry("f1/web.1", SampleRegistry.task("f1", "s1", "web.1")));
        assertThat(view.pendingKills()
                        .get("f1/web.1")
                        .getKillPolicy()
                        .getGracePeriod()
                        .getNanoseconds())
                .isEqualTo(5_000_000_000L);
        assertThat(view.quotas().get("eng").getConfig().getLimitsOrThrow("cpus").getValue())
                .isEqualTo(12.5);
        assertThat(view.weights()).containsExactly(Map.entry("eng", 2.5));
        assertThat(view.machines()).containsOnlyKeys("rack7/10.0.0.7");
        assertThat(view.maintenanceSchedules()).containsOnlyKeys("");
        assertThat(view.vips().get("web.marathon.l4lb").getAddress()).isEqualTo("11.3.5.7");
    }

    @Test
    void shouldReadTheThirdFormat() throws IOException {
        assertOlder(RECORDS_3, SNAPSHOT_3, Kind.AGENT_VOLUMES);
    }

    @Test
    void shouldReadTheSecondFormat() throws IOException {
        assertOlder(RECORDS_2, SNAPSHOT_2, Kind.AGENT_VOLUMES, Kind.PENDING_KILL);
    }

    /** All that it had is what it was, and there was nothing else. */
    private static void assertOlder(String records, String snapshot, Kind... added) throws IOException {
        List<Change> before = RegistrySnapshot.parseFrom(golden(snapshot)).getItemsList();
        RegistryState restored = new RegistryState();
        restored.restore(golden(snapshot));
        for (RegistryState state : List.of(restored, state(records(records)))) {
            assertThat(RegistrySnapshot.parseFrom(state.view().toByteArray()).getItemsList())
                    .isEqualTo(before);
            for (Kind kind : added) {
                assertThat(state.view().count(kind)).as("%s", kind).isZero();
            }
        }
        List<Change> now = RegistrySnapshot.parseFrom(golden(SNAPSHOT_4)).getItemsList();
        assertThat(now).hasSize(before.size() + added.length).containsAll(before);
    }

    /** A release can be taken back for the one before, which keeps what it does not know. */
    @Test
    void shouldLetTheReleaseBeforeReadWhatThisOneWrites() throws IOException {
        assertThat(RegistrySnapshot.parseFrom(golden(SNAPSHOT_4)).getMinReaderVersion())
                .isEqualTo(2);
        assertThat(records(RECORDS_4)).allMatch(record -> record.getMinReaderVersion() == 2);
    }

    @Test
    void shouldReadTheFirstFormat() throws IOException {
        assertThat(records(RECORDS_1)).isEqualTo(SampleRegistry.version1());
        RegistryView view = state(records(RECORDS_1)).view();
        assertThat(view.agents()).containsOnlyKeys("s5");
        assertThat(view.agents().get("s5").getInfo())
                .isEqualTo(SampleRegistry.agent("s5").getInfo());
        assertThat(view.unreachableAgents()).containsExactly(Map.entry("s2", 77L));
        assertThat(view.removedAgents()).containsExactly("s6", "s1");
        assertThat(view.frameworks()).containsOnlyKeys("f1", "f2");
        assertThat(view.frameworks().get("f1").getDeadlineEpochMs()).isEqualTo(99);
        assertThat(view.frameworks().get("f2").hasDeadlineEpochMs()).isFalse();
        assertThat(view.removedFrameworks()).containsExactly("f9", "f4");
    }

    private static RegistryState state(List<RegistryRecord> records) {
        RegistryState state = new RegistryState();
        records.forEach(state::apply);
        return state;
    }

    private static byte[] delimited(List<RegistryRecord> records) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (RegistryRecord record : records) {
            record.writeDelimitedTo(out);
        }
        return out.toByteArray();
    }

    private static List<RegistryRecord> records(String name) throws IOException {
        List<RegistryRecord> records = new ArrayList<>();
        try (InputStream in = open(name)) {
            for (RegistryRecord record = RegistryRecord.parseDelimitedFrom(in);
                    record != null;
                    record = RegistryRecord.parseDelimitedFrom(in)) {
                records.add(record);
            }
        }
        return records;
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        }
    }

    private static InputStream open(String name) {
        InputStream in = RegistryFormatTest.class.getResourceAsStream("/registry/" + name);
        assertThat(in).as("/registry/" + name).isNotNull();
        return in;
    }
}
