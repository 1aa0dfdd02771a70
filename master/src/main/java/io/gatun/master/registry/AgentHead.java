package io.gatun.master.registry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * What a new leader needs of an {@link AgentRecord} before it can take calls.
 *
 * @param hasPid whether it tells the agent's address
 */
record AgentHead(boolean hasPid) {
    /**
     * Reads it and passes over the rest.
     *
     * @throws RegistryException when the item holds no such record
     */
    static AgentHead of(Item item) {
        try {
            return read(item.value());
        } catch (IOException e) {
            throw new RegistryException("registry: " + Kind.AGENT + " '" + item.key() + "': " + e.getMessage(), e);
        }
    }

    private static AgentHead read(CodedInputStream in) throws IOException {
        boolean hasInfo = false;
        boolean hasPid = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            hasInfo |= WireFormat.getTagFieldNumber(tag) == AgentRecord.INFO_FIELD_NUMBER;
            hasPid |= WireFormat.getTagFieldNumber(tag) == AgentRecord.PID_FIELD_NUMBER;
            in.skipField(tag);
        }
        if (!hasInfo) {
            throw new InvalidProtocolBufferException("has no info");
        }
        return new AgentHead(hasPid);
    }
}
