"""The invented district 柳溪县: its ground, its people, and a season of matters. All of it is 示例数据."""
