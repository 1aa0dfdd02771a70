/** The wire: v1 protobuf, Mesos JSON, RecordIO, event-stream client, master detection. */
package io.gatun.mesos;
