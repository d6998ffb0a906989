"""A log as it comes in: messages of all households in order of receipt, to a pipe or a broker.

`synthview.live.flow` is the front door; `simulating` works ahead in temporary files, `encoders`
turn messages into bytes, `pace` says when each is due, and outlets deliver them.
"""
