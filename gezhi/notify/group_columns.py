"""The first line of a file of groups, in both languages, and what stands for "no robot" in it."""

COLUMNS = ("编号", "群名", "单元", "楼栋", "人数", "岗位", "机器人", "核对日期")
ENGLISH = ("code", "name", "unit", "building", "size", "owner", "robot", "checked")
BY_HAND = frozenset({"", "人工", "by hand"})
